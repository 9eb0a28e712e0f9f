import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import IconButton from "@mui/material/IconButton";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Box as BoxIcon, Images, Sparkles, Star } from "lucide-react";
import { Link, useParams } from "react-router";
import type { Content, Model, ModelDetail, ModelSettings } from "@/api/types";
import { altOf, ContentTile, newestContentQuery } from "@/features/content";
import { WithOperations } from "@/features/operations";
import { useIsAdmin } from "@/features/session";
import { formatBytes, formatCount } from "@/lib/format";
import { DetailList } from "@/ui/detail-list";
import { EmptyState } from "@/ui/empty-state";
import { JustifiedGrid } from "@/ui/justified";
import { Page } from "@/ui/page";
import { Panel } from "@/ui/panel";
import { ProblemState } from "@/ui/problem-state";
import { Tooltip } from "@/ui/tooltip";
import { architectureName } from "../architectures";
import { nameInPrompt } from "../embedding-names";
import { makesImages } from "../queries";
import { useMarkModel } from "./favourites";
import { isBase, isUsable, settingsFor } from "./model-settings";
import { MyNote } from "./my-note";
import { modelQuery, usedSettingsQuery } from "./queries";

/** The page of one model: images made with it, settings, notes and facts. */
export function ModelPage() {
  const { id = "" } = useParams();
  const query = useQuery(modelQuery(Number(id)));
  if (query.error)
    return (
      <Page title="Model" isHeadingHidden>
        <ProblemState error={query.error} onRetry={() => void query.refetch()} />
      </Page>
    );
  if (query.data === undefined)
    return (
      <Page title="Model" isHeadingHidden>
        <Skeleton variant="rounded" height={320} />
      </Page>
    );
  return <Loaded model={query.data} />;
}

function Loaded({ model }: { readonly model: ModelDetail }) {
  const { name, display_name: title } = model;
  return (
    <Page
      title={title}
      description={architectureName(model.architecture)}
      actions={
        <>
          <FavouriteButton model={model} />
          {isBase(model) && makesImages(model) ? (
            <Button
              component={Link}
              to={`/gallery?${new URLSearchParams({ model: name, scope: "all" })}`}
              color="inherit"
              startIcon={<Images size={17} aria-hidden />}
            >
              In the gallery
            </Button>
          ) : null}
          {isUsable(model) ? (
            <Button
              component={Link}
              to="/generate"
              state={{ settings: { label: `Settings of ${title}`, settings: settingsFor(model) } }}
              variant="contained"
              startIcon={<Sparkles size={17} aria-hidden />}
            >
              Generate with it
            </Button>
          ) : null}
        </>
      }
    >
      <Box
        sx={{
          display: "grid",
          gap: 3,
          alignItems: "start",
          gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 1fr) 360px" },
        }}
      >
        {isBase(model) && makesImages(model) ? <Examples name={name} /> : <Preview model={model} />}
        <Box sx={{ display: "grid", gap: 2, gridTemplateColumns: "minmax(0, 1fr)" }}>
          {isBase(model) && makesImages(model) ? <Recommended model={model} /> : null}
          <Notes model={model} />
          <MyNote key={model.id} modelId={model.id} text={model.my_note} />
          <Panel title="File">
            <DetailList title="" entries={factsOf(model)} />
          </Panel>
        </Box>
      </Box>
    </Page>
  );
}

function FavouriteButton({ model: { id, is_favourite: isFavourite } }: { readonly model: ModelDetail }) {
  const mark = useMarkModel();
  return (
    <Tooltip title="Favourite">
      <IconButton
        aria-label="Favourite"
        aria-pressed={isFavourite}
        color={isFavourite ? "primary" : "default"}
        onClick={() => mark({ id, isFavourite: !isFavourite })}
      >
        <Star size={18} aria-hidden fill={isFavourite ? "currentColor" : "none"} />
      </IconButton>
    </Tooltip>
  );
}

const SHOWN = 24;
const keyOf = (item: Content) => item.id;

function Examples({ name }: { readonly name: string }) {
  const filter = { checkpoint_model: name, scope: "all", sort: "top-rated" } as const;
  const query = useQuery(newestContentQuery(filter, SHOWN));
  const items = query.data?.items ?? [];
  return (
    <Box component="section" aria-label="Images made with it">
      <Typography variant="h2" sx={{ mb: 1.5 }}>
        Made with it
      </Typography>
      {query.isPending ? <Skeleton variant="rounded" height={200} aria-label="Loading" /> : null}
      {query.isSuccess && items.length === 0 ? (
        <EmptyState icon={Images} title="No images yet">
          Images that are made with this model appear here, the highest rated first.
        </EmptyState>
      ) : null}
      <JustifiedGrid items={items} keyOf={keyOf} label="Images made with it" rowHeight={200}>
        {(item, { width }) => (
          <WithOperations contentId={item.id} name={altOf(item)}>
            <ContentTile item={item} width={width} listState={{ list: filter }} />
          </WithOperations>
        )}
      </JustifiedGrid>
    </Box>
  );
}

/** The image of a model that makes none by itself. */
function Preview({ model: { preview, display_name: name } }: { readonly model: Model }) {
  if (preview === null)
    return (
      <EmptyState icon={BoxIcon} title="No preview">
        The folder of the model has no image beside it.
      </EmptyState>
    );
  return (
    <Box
      component="img"
      src={preview}
      alt={`Preview of ${name}`}
      sx={{ maxWidth: "100%", maxHeight: "70dvh", borderRadius: "14px", justifySelf: "center" }}
    />
  );
}

const LABELS: readonly [keyof NonNullable<Model["defaults"]>, string][] = [
  ["width", "Width"],
  ["height", "Height"],
  ["steps", "Steps"],
  ["cfg", "Guidance (CFG)"],
  ["sampler_name", "Sampler"],
  ["scheduler", "Scheduler"],
];

function Recommended({ model }: { readonly model: Model }) {
  const used = useQuery(usedSettingsQuery(model.name)).data;
  const entries = LABELS.flatMap(([key, label]): [string, string][] => {
    const value = model.defaults?.[key];
    const most = mostUsed(used, key);
    if (value === undefined && most === null) return [];
    return [[label, [value === undefined ? "" : String(value), most].filter(Boolean).join(" · ")]];
  });
  return (
    <Panel
      title="Settings"
      description={
        used === undefined || used.counted === 0
          ? "Recommended for its architecture"
          : `Recommended, and most used among the last ${formatCount(used.counted)} images`
      }
    >
      <DetailList title="" entries={entries} />
    </Panel>
  );
}

function mostUsed(used: ModelSettings | undefined, key: string): string | null {
  const [first] = used?.values[key] ?? [];
  if (first === undefined || used === undefined || used.counted === 0) return null;
  return `used: ${first.value} (${Math.round((first.count / used.counted) * 100)} %)`;
}

function Notes({ model }: { readonly model: Model }) {
  const isAdmin = useIsAdmin();
  const { notes, trigger_words: words } = model;
  if (notes === "" && words.length === 0 && !isAdmin) return null;
  return (
    <Panel
      title="Notes for all users"
      action={
        isAdmin ? (
          <Button size="small" component={Link} to={`/admin/models?search=${encodeURIComponent(model.name)}`}>
            Edit
          </Button>
        ) : null
      }
    >
      <Typography sx={{ whiteSpace: "pre-wrap", color: notes === "" ? "text.secondary" : "text.primary" }}>
        {notes === "" ? "No notes yet." : notes}
      </Typography>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 0.75, mt: words.length === 0 ? 0 : 1.5 }}>
        {words.map((word) => (
          <Chip key={word} size="small" label={word} />
        ))}
      </Box>
    </Panel>
  );
}

function factsOf(model: Model): [string, string][] {
  const entries: [string, string][] = [["Name", model.name]];
  if (model.size_bytes !== null) entries.push(["Size", formatBytes(model.size_bytes)]);
  if (model.precision !== "") entries.push(["Precision", model.precision]);
  if (model.vectors !== null) entries.push(["Vectors", `${model.vectors}, each as long as a token`]);
  if (model.kind === "embedding") entries.push(["In a prompt", `embedding:${nameInPrompt(model.name)}`]);
  if (model.autov2 !== null) entries.push(["Hash (AutoV2)", model.autov2]);
  entries.push(["Servers", model.available_on.join(", ") || "none"]);
  return entries;
}
