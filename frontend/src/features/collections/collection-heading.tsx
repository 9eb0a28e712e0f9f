import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Archive, ChevronRight, Link2, Search, Users } from "lucide-react";
import { Link } from "react-router";
import type { Collection } from "@/api/types";
import { collectionQuery } from "./queries";
import { describeFilter, galleryAddressOf } from "./saved-filter";

/** The collections around one, if it is inside another one. */
export function CollectionPath({ collection: { parent_id: parentId } }: { readonly collection: Collection }) {
  if (parentId === null) return null;
  return (
    <Box
      component="nav"
      aria-label="Path"
      sx={{ ml: -0.75, mb: 0.25, display: "flex", flexWrap: "wrap", alignItems: "center" }}
    >
      <Crumb to="/collections" label="Collections" />
      <Around id={parentId} />
    </Box>
  );
}

/** Its description, and with whom it is shared; nothing if there is nothing to say. */
export function CollectionHeading({ collection }: { readonly collection: Collection }) {
  const { description, filter, role, has_link: hasLink, archived_at: archivedAt } = collection;
  const hasFacts = filter !== null || role !== "owner" || hasLink || archivedAt !== null;
  if (description === "" && !hasFacts) return null;
  return (
    <Box sx={{ display: "grid", gap: 1.25, mb: 2.5, mt: -1 }}>
      {description === "" ? null : (
        <Typography dir="auto" sx={{ maxWidth: 720, whiteSpace: "pre-wrap", color: "text.secondary" }}>
          {description}
        </Typography>
      )}
      {hasFacts ? <Facts collection={collection} /> : null}
    </Box>
  );
}

function Facts({ collection }: { readonly collection: Collection }) {
  const { filter, role, owner, has_link: hasLink, archived_at: archivedAt } = collection;
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 0.75 }}>
      {filter === null
        ? null
        : describeFilter(filter).map((part) => <Chip key={part} size="small" label={part} />)}
      {filter !== null && role === "owner" ? (
        <Button
          size="small"
          component={Link}
          to={galleryAddressOf(filter)}
          startIcon={<Search size={15} aria-hidden />}
        >
          Open in gallery
        </Button>
      ) : null}
      {role === "owner" ? null : (
        <Chip
          size="small"
          variant="outlined"
          icon={<Users size={13} aria-hidden />}
          label={`By ${owner.username}, ${role === "editor" ? "you can edit" : "you can view"}`}
        />
      )}
      {hasLink ? (
        <Chip size="small" variant="outlined" icon={<Link2 size={13} aria-hidden />} label="Has a link" />
      ) : null}
      {archivedAt === null ? null : (
        <Chip size="small" variant="outlined" icon={<Archive size={13} aria-hidden />} label="Archived" />
      )}
    </Box>
  );
}

/** The collections around one, the outermost first. */
function Around({ id }: { readonly id: number }) {
  const found = useQuery(collectionQuery(id)).data;
  if (found === undefined) return null;
  return (
    <>
      {found.parent_id === null ? null : <Around id={found.parent_id} />}
      <ChevronRight size={15} aria-hidden />
      <Crumb to={`/collections/${id}`} label={found.name} />
    </>
  );
}

function Crumb({ to, label }: { readonly to: string; readonly label: string }) {
  return (
    <Button
      component={Link}
      to={to}
      size="small"
      color="inherit"
      sx={{ minWidth: 0, px: 0.75, color: "text.secondary", fontWeight: 600 }}
    >
      {label}
    </Button>
  );
}
