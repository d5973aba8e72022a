# Citeback with the CPU build of PyTorch. Build and run:
#
#   docker build -t citeback .
#   docker run --rm -it -v "$PWD/documents:/documents:ro" -v citeback:/store citeback \
#       index /documents --store /store
#   docker run --rm -it -v citeback:/store -v "$PWD/documents:/documents:ro" -v "$PWD/users.txt:/users.txt:ro" \
#       -p 127.0.0.1:7860:7860 citeback
#
# The page asks for a name and a password; make the file of users with: citeback user add NAME --file users.txt
FROM python:3.11-slim AS build

WORKDIR /source
RUN python -m venv /opt/citeback && /opt/citeback/bin/pip install --no-cache-dir pip==26.1
# Dependencies first: they change less often than the code, and Docker keeps the layer.
COPY constraints.txt pyproject.toml README.md LICENSE ./
RUN mkdir citeback && touch citeback/__init__.py && \
    /opt/citeback/bin/pip install --no-cache-dir -c constraints.txt \
        --extra-index-url https://download.pytorch.org/whl/cpu . && \
    /opt/citeback/bin/pip uninstall --yes citeback
COPY . .
RUN /opt/citeback/bin/pip install --no-cache-dir --no-deps .

FROM python:3.11-slim

RUN useradd --create-home --uid 10001 citeback && install -d -o citeback -m 0700 /store
COPY --from=build /opt/citeback /opt/citeback
ENV PATH=/opt/citeback/bin:$PATH HF_HUB_OFFLINE=1
USER 10001
WORKDIR /home/citeback
VOLUME ["/documents", "/store"]
EXPOSE 7860
# Answers 401 to whoever has no password: that, too, says that the server is up.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import socket; socket.create_connection(('127.0.0.1', 7860), 3).close()"]
ENTRYPOINT ["citeback"]
CMD ["chat", "--host", "0.0.0.0", "--port", "7860", "--auth", "/users.txt", "--store", "/store"]
