/** Files that come by a button, dropped onto the page, or pasted. */
export function onFile(input: HTMLInputElement, take: (file: File) => void): void {
  const first = (files: FileList | null | undefined) => {
    const [file] = files ?? [];
    if (file) take(file);
    return file !== undefined;
  };
  input.addEventListener("change", () => {
    first(input.files);
    input.value = ""; // the same one may be chosen again
  });
  document.addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (first(event.dataTransfer?.files)) event.preventDefault();
  });
  document.addEventListener("paste", (event) => {
    if (first(event.clipboardData?.files)) event.preventDefault();
  });
}

/** Give the user a text as a file. */
export function saveText(text: string, name: string, kind: string): void {
  const link = document.createElement("a");
  const url = URL.createObjectURL(new Blob([text], { type: kind }));
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // some browsers read it later
}
