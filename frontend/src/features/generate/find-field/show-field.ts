import { FORM_FIELDS, type FormField } from "./form-fields";

/** Sections and fields are loaded after the form; what is not there by then does not exist here. */
const WAIT_MS = 8_000;
const CONTROLS = "input:not([type=range], [type=file]), textarea, select, button";

/** Open the section of a field and focus the field, as soon as it is drawn. */
export function showField(form: HTMLElement, id: string): void {
  const field = FORM_FIELDS.find((one) => one.id === id);
  if (field === undefined || tryToShow(form, field)) return;
  const observer = new MutationObserver(() => {
    if (tryToShow(form, field)) stop();
  });
  const timer = setTimeout(() => {
    stop();
    // Without the field, such as a refiner that no server has, its section says what there is.
    summaryOf(form, field)?.focus();
  }, WAIT_MS);
  const stop = () => {
    observer.disconnect();
    clearTimeout(timer);
    form.removeEventListener("pointerdown", stop);
    form.removeEventListener("keydown", stop);
  };
  // The user went on.
  form.addEventListener("pointerdown", stop);
  form.addEventListener("keydown", stop);
  observer.observe(form, { childList: true, subtree: true, attributes: true });
}

/** Return whether the field has the focus now. */
function tryToShow(form: HTMLElement, field: FormField): boolean {
  const summary = summaryOf(form, field);
  if (field.section !== undefined && summary === null) return false;
  if (summary?.getAttribute("aria-expanded") === "false") summary.click();
  const control = controlOf(form, field, summary);
  if (control === undefined) return false;
  // Has no effect on what is still hidden.
  control.focus();
  if (document.activeElement !== control) return false;
  control.scrollIntoView({ block: "center" });
  if (control instanceof HTMLInputElement && control.type !== "checkbox") control.select();
  return true;
}

function summaryOf(form: HTMLElement, { section }: FormField): HTMLElement | null {
  if (section === undefined) return null;
  const headings = [...form.querySelectorAll<HTMLElement>("h2 button[aria-expanded]")];
  return headings.find(({ textContent }) => textContent?.startsWith(section)) ?? null;
}

function controlOf(
  form: HTMLElement,
  { label }: FormField,
  summary: HTMLElement | null,
): HTMLElement | undefined {
  const section = summary?.closest("h2")?.parentElement ?? form;
  const all = [...section.querySelectorAll<HTMLElement>(CONTROLS)].filter((one) => one !== summary);
  return label === undefined ? all[0] : all.find((one) => nameOf(one) === label);
}

function nameOf(control: HTMLElement): string {
  const labels = control instanceof HTMLButtonElement ? null : (control as HTMLInputElement).labels;
  const text = control.getAttribute("aria-label") ?? labels?.[0]?.textContent ?? "";
  // Required fields have a star.
  return text.replace(/[\s*]+$/u, "");
}
