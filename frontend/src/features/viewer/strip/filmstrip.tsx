import Box from "@mui/material/Box";
import { useEffect, useRef } from "react";
import type { NearItem } from "@/api/types";
import { kindOf } from "@/features/content";
import { placeholderUrl } from "@/lib/placeholder";

interface FilmstripProps {
  /** In the order of the list, the shown one among them. */
  readonly items: readonly NearItem[];
  readonly currentId: number;
  readonly onOpen: (id: number) => void;
}

const EDGE_PX = 60;

/** Small images of the items around the shown one. */
export function Filmstrip({ items, currentId, onOpen }: FilmstripProps) {
  const line = useRef<HTMLUListElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the element is the current one
  useEffect(() => {
    const list = line.current;
    const current = list?.querySelector<HTMLElement>("[aria-current]")?.parentElement;
    if (!list || !current) return;
    list.scrollTo?.({ left: current.offsetLeft - (list.clientWidth - current.clientWidth) / 2 });
  }, [currentId, items]);
  if (items.length < 2) return null;
  return (
    <Box
      component="ul"
      ref={line}
      aria-label="Images around this one"
      sx={{
        position: "relative",
        display: "flex",
        gap: 0.75,
        m: 0,
        p: 0.5,
        listStyle: "none",
        overflowX: "auto",
        scrollbarWidth: "none",
        maskImage: "linear-gradient(90deg, transparent, #000 24px calc(100% - 24px), transparent)",
      }}
    >
      {items.map((item) => (
        <li key={item.id} data-content-id={item.id} style={{ flex: "none" }}>
          <Frame item={item} isCurrent={item.id === currentId} onOpen={onOpen} />
        </li>
      ))}
    </Box>
  );
}

interface FrameProps {
  readonly item: NearItem;
  readonly isCurrent: boolean;
  readonly onOpen: (id: number) => void;
}

function Frame({ item, isCurrent, onOpen }: FrameProps) {
  const { icon: Icon, label } = kindOf(item.content_type);
  const blurred = item.placeholder ? placeholderUrl(item.placeholder) : null;
  return (
    <Box
      component="button"
      type="button"
      aria-label={item.title || `Untitled ${label.toLowerCase()}`}
      aria-current={isCurrent || undefined}
      onClick={() => onOpen(item.id)}
      style={blurred === null ? {} : { backgroundImage: `url(${blurred})` }}
      sx={{
        display: "grid",
        placeItems: "center",
        width: EDGE_PX,
        height: EDGE_PX,
        p: 0,
        border: 0,
        borderRadius: "10px",
        overflow: "hidden",
        color: "text.secondary",
        bgcolor: "action.selected",
        backgroundSize: "cover",
        cursor: "pointer",
        opacity: isCurrent ? 1 : 0.66,
        outline: isCurrent ? "3px solid" : "none",
        outlineColor: "primary.main",
        outlineOffset: -1,
        transition: "opacity 120ms",
        "&:hover": { opacity: 1 },
        "&:focus-visible": { outline: "3px solid", outlineColor: "primary.main", opacity: 1 },
      }}
    >
      {item.thumbnail_url === null ? (
        <Icon size={22} aria-hidden />
      ) : (
        <img
          src={item.thumbnail_url}
          alt=""
          width={EDGE_PX}
          height={EDGE_PX}
          loading="lazy"
          decoding="async"
          draggable={false}
          style={{ objectFit: "cover", width: "100%", height: "100%" }}
        />
      )}
    </Box>
  );
}
