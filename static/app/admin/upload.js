// Uploads a workbook with its progress, then follows the job that looks through it or imports it.
import { follow, show } from "./job.js";

const token = document.querySelector('meta[name="csrf-token"]').content;
const box = document.getElementById("upload-progress");
const form = document.getElementById("upload");
const confirmation = document.getElementById("confirm");

function tell(state, message, progress) {
  show(box, { state_name: state, message, progress });
}

function fail(line, message) {
  box.hidden = true;
  line.textContent = message;
}

function parsed(text) {
  try { return JSON.parse(text); } catch { return {}; }
}

function send(address, body, onProgress) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(Math.round((100 * event.loaded) / event.total));
    request.onerror = () => reject(new Error("网络断了，没有传上去；请再试一次。"));
    request.onabort = () => reject(new Error("已取消，什么都没有改。"));
    request.onload = () => {
      const told = parsed(request.responseText);
      if (request.status < 300) resolve(told);
      else reject(new Error(told.detail || "没有传上去，请再试一次。"));
    };
  });
  request.open("POST", address);
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-CSRF-Token", token);
  request.send(body);
  return { done, abort: () => request.abort() };
}

async function finish(job, line, onward) {
  const ended = await follow(job.id, (now) => show(box, now));
  if (ended.state === "done") location.assign(onward(ended));
  else fail(line, ended.message || "没有做成，请再试一次。");
}

function startUpload(event) {
  event.preventDefault();
  const line = document.getElementById("file-error");
  const button = form.querySelector("[type=submit]");
  const cancel = document.getElementById("upload-cancel");
  const size = document.getElementById("file").files[0]?.size ?? 0;
  const limit = Number(form.dataset.limit);
  if (size > limit) {
    fail(line, `文件有${Math.round(size / 1e6)}MB，最多${Math.round(limit / 1e6)}MB。请删掉图片和用不到的表，或按年份拆成几个文件。`);
    return;
  }
  line.textContent = "";
  box.hidden = false;
  button.disabled = true;
  tell("正在上传", "", 0);
  const sending = send(form.action, new FormData(form), (percent) => tell("正在上传", `${percent}%`, percent));
  cancel.onclick = sending.abort;
  sending.done
    .then((job) => {
      cancel.onclick = () => send(`/admin/jobs/${job.id}/cancel`, null, () => {});
      return finish(job, line, (ended) => `/admin/import/${ended.result.batch}`);
    })
    .catch((error) => fail(line, error.message))
    .finally(() => { button.disabled = false; });
}

function startImport(event) {
  event.preventDefault();
  const line = document.getElementById("confirm-error");
  const button = confirmation.querySelector("button");
  line.textContent = "";
  box.hidden = false;
  button.disabled = true;
  tell("正在导入", "", 0);
  send(confirmation.action, null, () => {}).done
    .then((job) => finish(job, line, (ended) => `/admin/import/${ended.result.batch}?done=confirmed`))
    .catch((error) => { fail(line, error.message); })
    .finally(() => { button.disabled = false; });
}

if (form) form.addEventListener("submit", startUpload);
if (confirmation) confirmation.addEventListener("submit", startImport);
