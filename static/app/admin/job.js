// Keeps one job's line up to date until it is over, then shows the page as it ended.
const PAUSE_MS = 700;

export async function follow(id, tell) {
  for (;;) {
    const answer = await fetch(`/admin/jobs/${encodeURIComponent(id)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const job = await answer.json();
    tell(job);
    if (job.is_over) return job;
    await new Promise((go) => setTimeout(go, PAUSE_MS));
  }
}

export function show(box, job) {
  box.querySelector("[data-job-state]").textContent = job.state_name;
  box.querySelector("[data-job-message]").textContent = job.message;
  const bar = box.querySelector("[data-job-progress]");
  if (bar) bar.value = job.progress;
}

for (const box of document.querySelectorAll('[data-job][data-over="false"]')) {
  follow(box.dataset.job, (job) => show(box, job)).then(
    () => location.reload(),
    () => { box.querySelector("[data-job-message]").textContent = "连不上服务，刷新页面再看。"; },
  );
}
