/** The button that prints cards: the paper first, then it is written down that they were printed. */
const form = document.querySelector("form[data-prints]");
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  print();
  form.submit();
});
