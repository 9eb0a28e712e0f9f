import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Archive, ChevronRight, Link2, type LucideIcon, Search, Users } from "lucide-react";
import { Link } from "react-router";
import type { Collection } from "@/api/types";
import { describeSharing } from "./cards/counts";
import { collectionQuery } from "./queries";
import { describeFilter, galleryAddressOf } from "./saved-filter";
import { useDrop } from "./use-drop";

/** The collections around one, if it is inside another one. */
export function CollectionPath({ collection: { parent_id: parentId } }: { readonly collection: Collection }) {
  if (parentId === null) return null;
  return (
    <Box
      component="nav"
      aria-label="Path"
      sx={{ ml: -0.75, mb: 0.25, display: "flex", flexWrap: "wrap", alignItems: "center" }}
    >
      <Crumb collection={null} />
      <Around id={parentId} />
    </Box>
  );
}

/** Its description, and with whom it is shared; nothing if there is nothing to say. */
export function CollectionHeading({ collection }: { readonly collection: Collection }) {
  const {
    description,
    filter,
    role,
    has_link: hasLink,
    archived_at: archivedAt,
    member_count: members,
  } = collection;
  const hasFacts = filter !== null || role !== "owner" || hasLink || members > 0 || archivedAt !== null;
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
  const {
    filter,
    role,
    owner,
    has_link: hasLink,
    archived_at: archivedAt,
    member_count: members,
  } = collection;
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 0.75 }}>
      {filter === null
        ? null
        : describeFilter(filter).map((part) => <Chip key={part} size="small" label={part} />)}
      {filter !== null && role === "owner" ? (
        <Button
          size="small"
          component={Link}
          to={galleryAddressOf(filter, collection.id)}
          startIcon={<Search size={15} aria-hidden />}
        >
          Change filter
        </Button>
      ) : null}
      {role === "owner" ? null : (
        <Fact
          icon={Users}
          label={`By ${owner.username}, ${role === "editor" ? "you can edit" : "you can view"}`}
        />
      )}
      {role === "owner" && members > 0 ? <Fact icon={Users} label={describeSharing(collection)} /> : null}
      {hasLink ? <Fact icon={Link2} label="Has a link" /> : null}
      {archivedAt === null ? null : <Fact icon={Archive} label="Archived" />}
    </Box>
  );
}

function Fact({ icon: Icon, label }: { readonly icon: LucideIcon; readonly label: string }) {
  return (
    <Chip
      size="small"
      variant="outlined"
      icon={<Icon size={13} aria-hidden />}
      label={label}
      sx={{ pl: 0.5, "& .MuiChip-icon": { ml: 0.25 } }}
    />
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
      <Crumb collection={found} />
    </>
  );
}

/** A link to a collection around the shown one, and a place to drop what belongs there. */
function Crumb({ collection }: { readonly collection: Collection | null }) {
  const { isOver, ...drop } = useDrop(collection);
  return (
    <Button
      component={Link}
      to={collection === null ? "/collections" : `/collections/${collection.id}`}
      size="small"
      color="inherit"
      {...drop}
      sx={{
        minWidth: 0,
        px: 0.75,
        color: "text.secondary",
        fontWeight: 600,
        ...(isOver && { bgcolor: "action.selected", color: "primary.main" }),
      }}
    >
      {collection?.name ?? "Collections"}
    </Button>
  );
}
