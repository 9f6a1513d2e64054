/** The page of a case: a link to an act opens it; one act of a row stands open at a time. */
const openTarget = () => {
  const act = location.hash && document.getElementById(location.hash.slice(1))?.closest("details.act");
  if (!act) return;
  for (let around = act; around; around = around.parentElement.closest("details")) around.open = true;
  act.querySelector("input:not([type=hidden]), textarea, select")?.focus();
};

for (const act of document.querySelectorAll("details.act")) {
  act.addEventListener("toggle", () => {
    if (!act.open) return;
    for (const other of act.parentElement.querySelectorAll(":scope > details.act[open]")) if (other !== act) other.open = false;
  });
}
addEventListener("hashchange", openTarget);
openTarget();
