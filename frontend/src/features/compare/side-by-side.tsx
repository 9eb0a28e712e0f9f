import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Typography from "@mui/material/Typography";
import { X } from "lucide-react";
import { Link } from "react-router";
import type { Content } from "@/api/types";
import { altOf, sourcesOf } from "@/features/content";
import { FavouriteButton } from "@/features/operations";
import { FITTED, fullView, isFitted, type View, ZoomFrame } from "@/features/viewer/zoom";
import { placeholderUrl } from "@/lib/placeholder";
import { usePixelRatio } from "@/lib/use-pixel-ratio";
import { Tooltip } from "@/ui/tooltip";

interface SideBySideProps {
  readonly items: readonly Content[];
  readonly view: View;
  readonly onView: (view: View) => void;
  readonly onRemove: (id: number) => void;
}

/** The images beside one another; zooming or moving one does the same with all. */
export function SideBySide({ items, view, onView, onRemove }: SideBySideProps) {
  const ratio = usePixelRatio();
  const columns = items.length === 4 ? 2 : items.length;
  const height = items.length === 4 ? { xs: "38dvh", md: "36dvh" } : { xs: "38dvh", md: "58dvh" };
  return (
    <Box
      component="ul"
      aria-label="Compared images"
      sx={{
        m: 0,
        p: 0,
        listStyle: "none",
        display: "grid",
        gap: 1.5,
        gridTemplateColumns: {
          xs: items.length === 4 ? "1fr 1fr" : "1fr",
          sm: `repeat(${columns}, minmax(0, 1fr))`,
        },
      }}
    >
      {items.map((item, place) => (
        <Box component="li" key={item.id} sx={{ minWidth: 0 }}>
          <Box sx={{ position: "relative", borderRadius: "14px", bgcolor: "action.hover" }}>
            <ZoomFrame
              src={item.image_url}
              srcSet={sourcesOf(item).srcSet}
              // The region has the name, and the text below.
              alt=""
              image={item}
              contentId={item.id}
              view={view}
              onView={onView}
              onClick={(at, frame) => onView(isFitted(view) ? fullView(item, frame, ratio, at) : FITTED)}
              label={`Compared ${place + 1}: ${altOf(item)}`}
              background={item.placeholder ? (placeholderUrl(item.placeholder) ?? undefined) : undefined}
              sx={{ height, borderRadius: "14px" }}
            />
            <FavouriteButton item={item} name={altOf(item)} />
          </Box>
          <Box sx={{ display: "flex", alignItems: "center", gap: 0.5, pt: 0.5 }}>
            <Typography noWrap variant="body2" sx={{ flex: 1, minWidth: 0, fontWeight: 600 }}>
              <Box
                component={Link}
                to={`/view/${item.id}`}
                sx={{
                  color: "inherit",
                  display: "block",
                  py: 1.5,
                  overflow: "hidden",
                  textOverflow: "ellipsis",
                }}
              >
                {altOf(item)}
              </Box>
            </Typography>
            {items.length > 2 ? (
              <Tooltip title={`Remove ${altOf(item)}`}>
                <IconButton onClick={() => onRemove(item.id)}>
                  <X size={18} aria-hidden />
                </IconButton>
              </Tooltip>
            ) : null}
          </Box>
        </Box>
      ))}
    </Box>
  );
}
