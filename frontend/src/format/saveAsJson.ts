/** Has the browser save a value as an indented JSON file. */
export function saveAsJson(filename: string, value: unknown): void {
  const address = URL.createObjectURL(
    new Blob([JSON.stringify(value, null, 2)], { type: 'application/json' }),
  );
  const link = document.createElement('a');
  link.href = address;
  link.download = filename;
  link.click();
  // The download has taken its own hold of the data by the next turn of the event loop.
  setTimeout(() => URL.revokeObjectURL(address));
}
