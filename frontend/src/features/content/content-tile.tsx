import Box from "@mui/material/Box";
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
    <Box
      sx={{
        position: "relative",
        height: "100%",
        "&:hover .caption, &:focus-within .caption": { opacity: 1 },
      }}
    >
      <Box
        component={Link}
        to={`/view/${item.id}`}
        state={listState}
        onClick={onClick}
        onDragStart={dragContent(item.id)}
        sx={{
          display: "block",
          height: "100%",
          borderRadius: "10px",
          overflow: "hidden",
          textDecoration: "none",
          "&:focus-visible": { outline: "3px solid", outlineColor: "primary.main", outlineOffset: 2 },
        }}
      >
        <LazyImage
          {...sourcesOf(item)}
          sizes={width === undefined ? "(max-width: 600px) 50vw, 320px" : `${Math.ceil(width)}px`}
          alt={altOf(item)}
          width={item.width}
          height={item.height}
          placeholder={item.placeholder}
          sx={{ height: "100%", width: "100%" }}
        />
        <Box
          className="caption"
          aria-hidden
          sx={{
            position: "absolute",
            insetInline: 0,
            bottom: 0,
            px: 1.25,
            pt: 4,
            pb: 1,
            color: "#fff",
            fontSize: "0.8rem",
            fontWeight: 500,
            lineHeight: 1.35,
            background: "linear-gradient(transparent, rgba(0, 0, 0, 0.72))",
            borderRadius: "0 0 10px 10px",
            opacity: 0,
            transition: "opacity 150ms",
            pointerEvents: "none",
            display: "-webkit-box",
            WebkitBoxOrient: "vertical",
            WebkitLineClamp: 2,
            overflow: "hidden",
          }}
        >
          {item.title}
        </Box>
      </Box>
      {overlay}
    </Box>
  );
}
