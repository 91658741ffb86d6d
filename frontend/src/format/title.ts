/** What a film is called, by its file's name: without the ending that says only what kind of file it is. */
export const titleOf = (filename: string): string => filename.replace(/(?<=.)\.[a-z0-9]{2,4}$/i, '');
