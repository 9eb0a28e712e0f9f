import Box from "@mui/material/Box";
import Card from "@mui/material/Card";
import Chip from "@mui/material/Chip";
import IconButton from "@mui/material/IconButton";
import Typography from "@mui/material/Typography";
import { Box as BoxIcon, Star } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Model, ModelExample } from "@/api/types";
import { sourcesOf } from "@/features/content";
import { LazyImage } from "@/ui/lazy-image";
import { architectureName } from "../architectures";
import { vectorsIn } from "../embedding-names";

interface ModelCardProps {
  readonly model: Model;
  /** Images made with it, the newest first. */
  readonly examples: readonly ModelExample[];
  readonly isChosen: boolean;
  readonly onFavourite: () => void;
  readonly onChoose?: () => void;
}

/** A model with images made with it; chooses it, or leads to its page. */
export function ModelCard({ model, examples, isChosen, onFavourite, onChoose }: ModelCardProps) {
  const { display_name: name, id, is_favourite: isFavourite } = model;
  const inside = (
    <>
      <ExampleImages model={model} examples={examples} />
      <Box component="span" sx={{ display: "block", p: 1.5, pr: 6 }}>
        <Typography component="span" noWrap sx={{ display: "block", fontWeight: 600 }} title={name}>
          {name}
        </Typography>
        <Box component="span" sx={{ display: "flex", flexWrap: "wrap", gap: 0.75, mt: 0.75 }}>
          {model.architecture === "unknown" ? null : (
            <Chip
              component="span"
              size="small"
              variant="outlined"
              label={architectureName(model.architecture)}
            />
          )}
          {model.vectors === null ? null : (
            <Chip component="span" size="small" variant="outlined" label={vectorsIn(model.vectors)} />
          )}
          {model.variant === "" ? null : (
            <Chip component="span" size="small" variant="outlined" label={model.variant} />
          )}
        </Box>
      </Box>
    </>
  );
  return (
    <Card
      component="li"
      sx={{
        position: "relative",
        borderColor: isChosen ? "primary.main" : "divider",
        "&:hover": { borderColor: "primary.main" },
      }}
    >
      {onChoose === undefined ? (
        <Box component={Link} to={`/models/${id}`} sx={area}>
          {inside}
        </Box>
      ) : (
        <Box component="button" type="button" aria-pressed={isChosen} onClick={onChoose} sx={area}>
          {inside}
        </Box>
      )}
      <IconButton
        aria-label={`Favourite: ${name}`}
        aria-pressed={isFavourite}
        onClick={onFavourite}
        color={isFavourite ? "primary" : "default"}
        sx={{ position: "absolute", right: 6, bottom: 22 }}
      >
        <Star size={18} aria-hidden fill={isFavourite ? "currentColor" : "none"} />
      </IconButton>
    </Card>
  );
}

const area = {
  display: "block",
  width: "100%",
  p: 0,
  border: 0,
  bgcolor: "transparent",
  color: "text.primary",
  font: "inherit",
  textAlign: "left",
  textDecoration: "none",
  cursor: "pointer",
  borderRadius: "14px",
  "&:focus-visible": { outline: "2px solid", outlineColor: "primary.main", outlineOffset: -2 },
} as const;

const COVER = { width: "100%", height: "100%", objectFit: "cover" } as const;

function ExampleImages({ model, examples }: Pick<ModelCardProps, "model" | "examples">) {
  const [first, ...others] = examples;
  return (
    <Box
      component="span"
      aria-hidden
      sx={{ display: "flex", gap: "2px", aspectRatio: "4 / 3", overflow: "hidden", bgcolor: "action.hover" }}
    >
      {first === undefined ? (
        <Cell>
          {model.preview === null ? (
            <Box
              component="span"
              sx={{ display: "grid", placeItems: "center", color: "text.disabled", ...COVER }}
            >
              <BoxIcon size={36} strokeWidth={1.3} />
            </Box>
          ) : (
            <Box component="img" src={model.preview} alt="" loading="lazy" sx={COVER} />
          )}
        </Cell>
      ) : (
        <Cell grow={2}>
          <Thumbnail example={first} sizes="200px" />
        </Cell>
      )}
      {others.length === 0 ? null : (
        <Box
          component="span"
          sx={{ flex: 1, minWidth: 0, display: "flex", flexDirection: "column", gap: "2px" }}
        >
          {others.map((example) => (
            <Cell key={example.content_id}>
              <Thumbnail example={example} sizes="100px" />
            </Cell>
          ))}
        </Box>
      )}
    </Box>
  );
}

function Cell({ grow = 1, children }: { readonly grow?: number; readonly children: ReactNode }) {
  return (
    <Box
      component="span"
      sx={{ display: "block", flex: `${grow} 1 0`, minWidth: 0, minHeight: 0, overflow: "hidden" }}
    >
      {children}
    </Box>
  );
}

function Thumbnail({
  example: { picture },
  sizes,
}: {
  readonly example: ModelExample;
  readonly sizes: string;
}) {
  return (
    <LazyImage
      {...sourcesOf(picture)}
      sizes={sizes}
      alt=""
      width={picture.width}
      height={picture.height}
      placeholder={picture.placeholder}
      style={{ width: "100%", height: "100%", aspectRatio: "auto" }}
    />
  );
}
