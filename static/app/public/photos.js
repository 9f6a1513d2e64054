/** Photos are made small on the phone, which also leaves behind where and with what they were taken; if not, the server does it. */

const LONGEST_PX = 1600;
const QUALITY = 0.8;

function load(url) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = reject;
    image.src = url;
  });
}

/** @param {File} file @returns {Promise<File>} a JPEG of 1600 px at most, upright; as it came where the browser cannot read it */
async function shrink(file) {
  const url = URL.createObjectURL(file);
  try {
    const image = await load(url);
    const scale = Math.min(1, LONGEST_PX / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return blob ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file;
  } catch {
    return file;
  } finally {
    URL.revokeObjectURL(url);
  }
}

export function smallPhotos() {
  for (const field of document.querySelectorAll("input[data-shrink]")) {
    const said = field.parentElement.querySelector("[data-photo-said]");
    field.addEventListener("change", async () => {
      const files = [...field.files];
      said.hidden = !files.length;
      said.textContent = `选了${files.length}张照片。`;
      try {
        const small = new DataTransfer();
        for (const file of files) small.items.add(await shrink(file));
        // Chosen again meanwhile: those are another list.
        if (files.length === field.files.length && files.every((file, i) => file === field.files[i])) field.files = small.files;
      } catch {
        // No list of files can be made here: they go as they are.
      }
    });
  }
}
