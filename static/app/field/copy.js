/** Text onto the clipboard, whatever the browser allows. */
export async function copyText(text) {
  await navigator.clipboard.writeText(text);
  return true;
}
