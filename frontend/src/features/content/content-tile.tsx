import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Content } from "@/api/types";
import { LazyImage } from "@/ui/lazy-image";
import { altOf, dragContent, sourcesOf } from "./image-sources";

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

/** An image of a list; links to its page. */
export function ContentTile({ item, listState, width, overlay, onClick }: ContentTileProps) {
  return (
    <div className="content-tile">
      <Link to={`/view/${item.id}`} state={listState} onClick={onClick} onDragStart={dragContent(item.id)}>
        <LazyImage
          {...sourcesOf(item)}
          sizes={width === undefined ? "(max-width: 600px) 50vw, 320px" : `${Math.ceil(width)}px`}
          alt={altOf(item)}
          width={item.width}
          height={item.height}
          placeholder={item.placeholder}
        />
        <div className="content-tile-caption" aria-hidden>
          {item.title}
        </div>
      </Link>
      {overlay}
    </div>
  );
}
