import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Content } from "@/api/types";
import { ContentPicture } from "./content-picture";
import { dragContent } from "./image-sources";

interface ContentTileProps {
  readonly item: Content;
  /** Router state with the list that the page of the item steps through. */
  readonly listState?: object;
  /** Width of the tile in pixels. */
  readonly width?: number;
  /** Shown over the top edge of the image, such as a checkbox. */
  readonly overlay?: ReactNode;
  readonly onClick?: (event: React.MouseEvent) => void;
}

/** An item of a list; links to its page. */
export function ContentTile({ item, listState, width, overlay, onClick }: ContentTileProps) {
  return (
    <div className="content-tile">
      <Link to={`/view/${item.id}`} state={listState} onClick={onClick} onDragStart={dragContent(item.id)}>
        <ContentPicture
          item={item}
          sizes={width === undefined ? "(max-width: 600px) 50vw, 320px" : `${Math.ceil(width)}px`}
        />
        <div className="content-tile-caption" aria-hidden>
          {item.title}
        </div>
      </Link>
      {overlay}
    </div>
  );
}
