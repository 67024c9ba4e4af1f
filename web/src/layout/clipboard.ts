/** The clipboard is there on secure pages only; elsewhere the field itself is copied. */
export async function writeClipboard(text: string, field: HTMLInputElement | null): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  field?.select();
  if (!document.execCommand('copy')) throw new Error('Copy the link from the field.');
  return undefined;
}
