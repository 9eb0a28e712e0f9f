/** Prepares the document that the test files of a worker share. A module is loaded once for each worker. */
import { __unsafe_useEmotionCache as useEmotionCache } from "@emotion/react";
import { cleanup, render } from "@testing-library/preact";
import { createElement } from "preact";
import { followReact } from "@/app/preact-options";
import { rejectRulesEarly } from "./style-rules";

followReact();
rejectRulesEarly(document);

/** Empty the document and what the browser stores, as for a new page. */
export function startNewPage(): void {
  removeStyles();
  document.body.replaceChildren();
  document.title = "";
  window.history.replaceState(null, "", "/");
  localStorage.clear();
  sessionStorage.clear();
}

/** Remove the rules of Material UI. Each query by role compares all of them with many elements. */
function removeStyles(): void {
  render(createElement(StyleRemover, null));
  cleanup();
}

function StyleRemover(): null {
  const cache = useEmotionCache();
  cache?.sheet.flush();
  if (cache !== null) cache.inserted = {};
  return null;
}
