/** One line of CSV (RFC 4180). Spreadsheets take a text that begins like a formula for one, so it gets a quote. */
export function toCSV(values: string[]): string {
  return (
    values
      .map((value) => (/^[=+\-@\t\r]/.test(value) ? `'${value}` : value))
      .map((value) => (/[",\r\n]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value))
      .join(',') + '\r\n'
  );
}

/** Saves parts as a file. The browser keeps them on disk if they are large. */
export function download(name: string, type: string, parts: string[]) {
  const address = URL.createObjectURL(new Blob(parts, { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
