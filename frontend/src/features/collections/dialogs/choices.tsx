import Box from "@mui/material/Box";
import CircularProgress from "@mui/material/CircularProgress";
import Typography from "@mui/material/Typography";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Check, Folder, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import type { Collection } from "@/api/types";
import { LazyImage } from "@/ui/lazy-image";
import { LoadMore } from "@/ui/load-more";
import { ProblemState } from "@/ui/problem-state";
import { describeCounts } from "../cards/counts";
import { collectionsQuery } from "../queries";

interface ChoicesProps {
  readonly label: string;
  readonly search: string;
  readonly scope: "all" | "mine";
  /** Whether a collection can be chosen. */
  readonly accepts: (collection: Collection) => boolean;
  readonly chosen?: ReadonlySet<number>;
  readonly onChoose: (collection: Collection) => void;
  /** Rows before the collections. */
  readonly first?: ReactNode;
  readonly isDisabled?: boolean;
}

/** The collections of the user as rows to choose from. */
export function Choices({
  label,
  search,
  scope,
  accepts,
  chosen,
  onChoose,
  first,
  isDisabled,
}: ChoicesProps) {
  const filter = { scope, ...(search && { search }) };
  const query = useInfiniteQuery({ ...collectionsQuery(filter), placeholderData: keepPreviousData });
  const found = query.data?.pages.flatMap((page) => page.items).filter(accepts) ?? [];
  if (query.error) return <ProblemState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <>
      <Box
        component="ul"
        aria-label={label}
        sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 0.5 }}
      >
        {first}
        {found.map((collection) => (
          <ChoiceRow
            key={collection.id}
            image={<Thumbnail collection={collection} />}
            title={collection.name}
            detail={describeCounts(collection)}
            isChosen={chosen?.has(collection.id)}
            isDisabled={isDisabled}
            onClick={() => onChoose(collection)}
          />
        ))}
      </Box>
      {query.isPending ? <CircularProgress size={24} aria-label="Loading" sx={{ mx: "auto" }} /> : null}
      {query.isSuccess && found.length === 0 ? (
        <Typography variant="body2" sx={{ color: "text.secondary", px: 1 }}>
          {search === "" ? "No collections yet." : "No collection has this name."}
        </Typography>
      ) : null}
      <LoadMore query={query} />
    </>
  );
}

interface ChoiceRowProps {
  readonly image: ReactNode;
  readonly title: string;
  readonly detail?: string;
  readonly isChosen?: boolean | undefined;
  readonly isDisabled?: boolean | undefined;
  readonly onClick: () => void;
}

export function ChoiceRow({ image, title, detail, isChosen, isDisabled, onClick }: ChoiceRowProps) {
  return (
    <li>
      <Box
        component="button"
        type="button"
        disabled={isDisabled}
        {...(isChosen === undefined ? {} : { "aria-pressed": isChosen })}
        onClick={onClick}
        sx={{
          display: "flex",
          alignItems: "center",
          gap: 1.5,
          width: "100%",
          minHeight: 56,
          p: 0.75,
          border: 0,
          borderRadius: "10px",
          bgcolor: "transparent",
          color: "text.primary",
          font: "inherit",
          textAlign: "start",
          cursor: "pointer",
          "&:hover": { bgcolor: "action.hover" },
          "&:focus-visible": { outline: "2px solid", outlineColor: "primary.main" },
        }}
      >
        {image}
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography noWrap sx={{ fontWeight: 600 }}>
            {title}
          </Typography>
          {detail ? (
            <Typography variant="body2" noWrap sx={{ color: "text.secondary" }}>
              {detail}
            </Typography>
          ) : null}
        </Box>
        {isChosen ? (
          <Box sx={{ display: "flex", color: "primary.main", pr: 0.5 }}>
            <Check size={20} aria-hidden />
          </Box>
        ) : null}
      </Box>
    </li>
  );
}

const square = {
  flex: "none",
  display: "grid",
  placeItems: "center",
  width: 44,
  height: 44,
  borderRadius: "8px",
  overflow: "hidden",
  color: "primary.main",
  bgcolor: "action.selected",
} as const;

export function IconSquare({ icon: Icon }: { readonly icon: LucideIcon }) {
  return (
    <Box sx={square}>
      <Icon size={20} aria-hidden />
    </Box>
  );
}

/** The cover of a collection, or its first image. */
export function Thumbnail({ collection: { cover, images } }: { readonly collection: Collection }) {
  const image = cover ?? images[0];
  if (image === undefined) return <IconSquare icon={Folder} />;
  return (
    <Box sx={square}>
      <LazyImage
        src={image.thumbnails[0]?.url ?? image.image_url}
        alt=""
        width={image.width}
        height={image.height}
        placeholder={image.placeholder}
        style={{ width: 44, height: 44 }}
      />
    </Box>
  );
}
