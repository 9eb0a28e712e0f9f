import Box from "@mui/material/Box";
import Card from "@mui/material/Card";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Link2, type LucideIcon, Sparkles, Users } from "lucide-react";
import type { DragEvent } from "react";
import { Link } from "react-router";
import type { Collection } from "@/api/types";
import { dragCollection } from "../drag";
import { firstImagesQuery } from "../queries";
import { useDrop } from "../use-drop";
import { CollectionMenu } from "./collection-menu";
import { describeCounts, describeSharing } from "./counts";
import { Mosaic } from "./mosaic";

/** A collection with its first images, its name and what is in it. */
export function CollectionCard({ collection }: { readonly collection: Collection }) {
  const address = `/collections/${collection.id}`;
  const { is_smart: isSmart, role } = collection;
  const sharing = describeSharing(collection);
  const found = useQuery({ ...firstImagesQuery(collection.id), enabled: isSmart }).data?.total;
  const { isOver, ...drop } = useDrop(collection);
  return (
    <Card
      component="li"
      draggable={role === "owner"}
      onDragStart={(event: DragEvent) => dragCollection(event, collection)}
      {...drop}
      sx={{
        position: "relative",
        display: "flex",
        flexDirection: "column",
        minWidth: 0,
        transition: "border-color 120ms, transform 120ms",
        "&:hover, &:focus-within": { borderColor: "primary.main" },
        ...(isOver && { borderColor: "primary.main", transform: "scale(1.02)" }),
      }}
    >
      <Mosaic collection={collection} />
      <Box sx={{ position: "absolute", top: 8, left: 8, display: "flex", gap: 0.5 }}>
        {isSmart ? <Mark icon={Sparkles} label="Smart collection" /> : null}
        {collection.has_link ? <Mark icon={Link2} label="Has a link" /> : null}
        {sharing === "" ? null : <Mark icon={Users} label={sharing} />}
      </Box>
      <Box
        sx={{
          display: "flex",
          alignItems: "center",
          gap: 0.5,
          p: { xs: 1, sm: 1.5 },
          pl: { xs: 1.5, sm: 2 },
          flex: 1,
        }}
      >
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography variant="h3" component="h2" noWrap sx={{ lineHeight: 1.4 }}>
            <Box
              component={Link}
              to={address}
              sx={{
                color: "inherit",
                textDecoration: "none",
                // It covers the card.
                "&::after": { content: '""', position: "absolute", inset: 0, borderRadius: "inherit" },
                "&:focus-visible::after": { outline: "3px solid", outlineColor: "primary.main" },
                "&:focus-visible": { outline: "none" },
              }}
            >
              {collection.name}
            </Box>
          </Typography>
          <Typography variant="body2" noWrap sx={{ color: "text.secondary" }}>
            {describeCounts(collection, found) || "Smart collection"}
            {role === "owner" ? "" : ` · by ${collection.owner.username}`}
          </Typography>
        </Box>
        <Box sx={{ position: "relative", zIndex: 1, mr: -0.5 }}>
          <CollectionMenu collection={collection} />
        </Box>
      </Box>
    </Card>
  );
}

function Mark({ icon: Icon, label }: { readonly icon: LucideIcon; readonly label: string }) {
  return (
    <Box
      role="img"
      aria-label={label}
      title={label}
      sx={{
        display: "flex",
        p: 0.625,
        borderRadius: "8px",
        color: "text.primary",
        bgcolor: "background.paper",
        opacity: 0.9,
      }}
    >
      <Icon size={14} aria-hidden />
    </Box>
  );
}
