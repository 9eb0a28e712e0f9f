import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import Typography from "@mui/material/Typography";
import type { Content } from "@/api/types";
import { modelTitle } from "@/lib/format";
import { TimeAgo } from "@/ui/time-ago";
import { RatingBadge, VisibilityBadge } from "./image-badges";

/** Number of tags that are shown; the others are counted. */
const TAGS_SHOWN = 3;

const sizeOf = ({ width, height }: Content) => `${width} × ${height}`;

/** Details in columns that are aligned from row to row, for wide rows. */
export function WideDetails({ item }: { readonly item: Content }) {
  return (
    <Box
      sx={{
        display: "grid",
        gridTemplateColumns: "minmax(0, 1.1fr) minmax(0, 1.2fr) 52px 20px minmax(100px, 0.8fr)",
        alignItems: "center",
        columnGap: 1.5,
        color: "text.secondary",
        fontSize: "0.8rem",
        pr: 1,
      }}
    >
      <Box sx={{ minWidth: 0 }}>
        <Typography variant="body2" noWrap sx={{ color: "text.primary" }}>
          {modelTitle(item.checkpoint_model)}
        </Typography>
        <Typography variant="caption" noWrap component="div">
          {sizeOf(item)}
        </Typography>
      </Box>
      <TagChips tags={item.tags} />
      <RatingBadge item={item} />
      <Box sx={{ gridColumn: 4, display: "flex" }}>
        <VisibilityBadge item={item} />
      </Box>
      <Box sx={{ textAlign: "right", minWidth: 0 }}>
        <Timestamp item={item} />
        {item.is_mine ? null : (
          <Typography noWrap component="div" sx={{ font: "inherit" }}>
            by {item.creator.username}
          </Typography>
        )}
      </Box>
    </Box>
  );
}

/** Details in three short lines below the title, for narrow rows. */
export function NarrowDetails({ item }: { readonly item: Content }) {
  return (
    <Box sx={{ mt: 0.5, color: "text.secondary", fontSize: "0.78rem", lineHeight: 1.45 }}>
      <Typography noWrap component="div" sx={{ font: "inherit" }}>
        {`${modelTitle(item.checkpoint_model)} · ${sizeOf(item)}`}
      </Typography>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1, minWidth: 0 }}>
        <VisibilityBadge item={item} />
        <RatingBadge item={item} />
        <Typography noWrap component="div" sx={{ font: "inherit" }}>
          <Timestamp item={item} />
        </Typography>
      </Box>
      <Typography noWrap component="div" sx={{ font: "inherit" }}>
        {[item.is_mine ? "" : `by ${item.creator.username}`, ...item.tags.map((tag) => `#${tag}`)].join(" ")}
      </Typography>
    </Box>
  );
}

/** The time of creation or, in the trash, of deletion. */
function Timestamp({ item }: { readonly item: Content }) {
  if (item.deleted_at === null) return <TimeAgo at={item.created_at} />;
  return (
    <>
      deleted{" "}
      <Box component="span" sx={{ whiteSpace: "nowrap" }}>
        <TimeAgo at={item.deleted_at} />
      </Box>
    </>
  );
}

function TagChips({ tags }: { readonly tags: readonly string[] }) {
  const hidden = tags.length - TAGS_SHOWN;
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 0.5, minWidth: 0, maxHeight: 54, overflow: "hidden" }}>
      {tags.slice(0, TAGS_SHOWN).map((tag) => (
        <Chip key={tag} size="small" variant="outlined" label={tag} />
      ))}
      {hidden > 0 ? (
        <Chip size="small" variant="outlined" label={`+${hidden}`} title={tags.join(", ")} />
      ) : null}
    </Box>
  );
}
