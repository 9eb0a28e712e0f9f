/** Which item of the gallery an element shows. */

const ADDRESS = /^\/view\/(\d{1,15})(?:[?#]|$)/;

/**
 * Return the id of the item whose image the element is, or is part of; null if it is no image of an item.
 *
 * An image is a link to the page of an item, or has `data-content-id`.
 */
export function imageAt(target: EventTarget | null): number | null {
  if (!(target instanceof Element)) return null;
  const marked = target.closest<HTMLElement>("[data-content-id]")?.dataset.contentId;
  if (marked !== undefined) return Number(marked);
  const link = target.closest('a[href^="/view/"]');
  // A link that is text keeps the menu of the browser.
  if (link === null || link.querySelector("img, video") === null) return null;
  const id = ADDRESS.exec(link.getAttribute("href") ?? "")?.[1];
  return id === undefined ? null : Number(id);
}
