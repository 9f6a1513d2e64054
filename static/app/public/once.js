/** A form that is on its way is not sent again by a second tap; the server would take it once all the same. */
export function once() {
  document.addEventListener("submit", ({ target: form }) => {
    if (form.method !== "post") return;
    // Not before the form is read: a disabled button would not be sent along.
    setTimeout(() => {
      for (const button of form.querySelectorAll("button[type=submit]")) button.disabled = true;
    });
  });
  // Gone back to: the page is as it was left.
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button[disabled]")) button.disabled = false;
  });
}
