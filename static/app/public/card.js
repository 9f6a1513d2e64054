/** Comfort on a card's pages; without it everything works. Drafts stay on this phone, a form is sent once, photos are made small. */
import { copyButtons } from "./copy.js";
import { drafts } from "./drafts.js";
import { once } from "./once.js";
import { smallPhotos } from "./photos.js";

const { card, done } = document.body.dataset;
once();
copyButtons();
smallPhotos();
if (card) drafts(card, done);
