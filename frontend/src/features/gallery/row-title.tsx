import type { MouseEvent } from "react";
import { Link } from "react-router";
import type { Content } from "@/api/types";

interface RowTitleProps {
  readonly item: Content;
  readonly listState: object;
  /** The checkbox that the title toggles, for images that cannot be opened. */
  readonly checkboxId: string | null;
  readonly onClick: (event: MouseEvent) => void;
}

/** The title of an image above its prompt or, without a title, the prompt in two lines. */
export function RowTitle({ item, listState, checkboxId, onClick }: RowTitleProps) {
  const text = <TitleText item={item} />;
  if (checkboxId !== null) {
    return (
      <label htmlFor={checkboxId} className="row-title">
        {text}
      </label>
    );
  }
  return (
    <Link to={`/view/${item.id}`} state={listState} onClick={onClick} className="row-title">
      {text}
    </Link>
  );
}

function TitleText({ item: { title, prompt } }: { readonly item: Content }) {
  // The default title is the beginning of the prompt.
  const isNamed = title !== "" && !prompt.startsWith(title.replace(/…$/, ""));
  if (!isNamed) return <span className="row-title-prompt">{prompt || "Untitled image"}</span>;
  return (
    <>
      <span className="row-title-name">{title}</span>
      <span className="row-title-more">{prompt}</span>
    </>
  );
}
