"""Office documents to text: Word, Excel, PowerPoint, OpenDocument, RTF."""
