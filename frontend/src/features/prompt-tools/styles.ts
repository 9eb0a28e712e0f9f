/** Styles: templates in which `{prompt}` stands for what the user wrote. */

export interface AppliedStyle {
  readonly id: number;
  readonly name: string;
  readonly prompt: string;
  readonly negativePrompt: string;
}

/** Put the prompt into each template; a template without a place for it is added at the end. */
export function styled(prompt: string, templates: readonly string[]): string {
  return templates.reduce((text, template) => {
    if (template.trim() === "") return text;
    if (template.includes("{prompt}")) return template.replaceAll("{prompt}", () => text);
    return text.trim() === "" ? template : `${text}, ${template}`;
  }, prompt);
}

export function isStyle(value: unknown): value is AppliedStyle {
  if (typeof value !== "object" || value === null) return false;
  const { id, name, prompt, negativePrompt } = value as Record<string, unknown>;
  return typeof id === "number" && [name, prompt, negativePrompt].every((text) => typeof text === "string");
}
