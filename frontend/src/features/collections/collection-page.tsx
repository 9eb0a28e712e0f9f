import Button from "@mui/material/Button";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { FolderX, Images } from "lucide-react";
import { useMemo } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { ApiError } from "@/api/problem";
import type { Collection } from "@/api/types";
import type { ContentFilter } from "@/features/content";
import { ImageBrowser } from "@/features/gallery/image-browser";
import { useGalleryLayout } from "@/features/gallery/use-gallery-layout";
import { useImages } from "@/features/gallery/use-images";
import { useJobStream } from "@/features/jobs";
import { useSearchState } from "@/lib/use-search-state";
import { EmptyState } from "@/ui/empty-state";
import { FilterSelect } from "@/ui/filter-select";
import { LayoutToggle } from "@/ui/layout-toggle";
import { LoadMore } from "@/ui/load-more";
import { Page } from "@/ui/page";
import { ProblemState } from "@/ui/problem-state";
import { CollectionGrid } from "./cards/collection-grid";
import { CollectionMenu } from "./cards/collection-menu";
import { describeCounts } from "./cards/counts";
import { CollectionHeading, CollectionPath } from "./collection-heading";
import { CollectionItemActions } from "./lazy-item-actions";
import { NewCollectionButton } from "./new-collection-button";
import { ItemOrder } from "./order/lazy-item-order";
import { collectionQuery, collectionsQuery } from "./queries";
import { contentFilterOf } from "./saved-filter";

const KEYS = ["sort"] as const;
const SORTS = [
  { value: "manual", label: "Own order" },
  { value: "newest", label: "Newest first" },
  { value: "oldest", label: "Oldest first" },
  { value: "top-rated", label: "Highest rated first" },
] as const;
type Sort = (typeof SORTS)[number]["value"];

/** The page of one collection: the collections inside it, and its images. */
export function CollectionPage() {
  const { id: text = "" } = useParams();
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : null;
  if (id === null) return <Missing error={new ApiError("", { status: 404 })} />;
  return <WithCollection id={id} />;
}

function WithCollection({ id }: { readonly id: number }) {
  useJobStream();
  const query = useQuery(collectionQuery(id));
  if (query.isPending) return <Page title="Collection">{null}</Page>;
  // What is known of it is outdated once it was deleted or is no longer shared.
  if (query.data === undefined || isMissing(query.error))
    return <Missing error={query.error} onRetry={() => void query.refetch()} />;
  return <Loaded key={id} collection={query.data} />;
}

/** Return the list of items. Own smart collections are lists of the gallery, so that all of it can be selected. */
function useItems({ id, is_smart: isSmart, role, filter }: Collection, sort: Sort): ContentFilter {
  return useMemo(
    () =>
      isSmart && role === "owner" && filter !== null ? contentFilterOf(filter, sort) : { within: id, sort },
    [id, isSmart, role, filter, sort],
  );
}

function Loaded({ collection }: { readonly collection: Collection }) {
  const { id, is_smart: isSmart, role, collection_count: inside } = collection;
  const { values, change } = useSearchState(KEYS);
  const sorts = isSmart ? SORTS.slice(1) : SORTS;
  const sort = sorts.find(({ value }) => value === values.sort)?.value ?? (isSmart ? "newest" : "manual");
  const filter = useItems(collection, sort);
  const images = useImages(filter);
  const [layout, chooseLayout] = useGalleryLayout();
  const navigate = useNavigate();
  const mayEdit = !isSmart && role !== "viewer";
  return (
    <Page
      title={collection.name}
      description={describeCounts(collection, images.total)}
      path={<CollectionPath collection={collection} />}
      actions={
        <>
          <FilterSelect
            label="Sort by"
            value={sort}
            options={sorts}
            width={160}
            onChange={(value) => change({ sort: value === sorts[0]?.value ? "" : value })}
          />
          <LayoutToggle layout={layout} onChange={chooseLayout} />
          {role === "owner" && !isSmart ? <NewCollectionButton parentId={id} /> : null}
          <CollectionMenu
            collection={collection}
            onRemoved={() => void navigate(parentAddress(collection), { replace: true })}
          />
        </>
      }
    >
      <CollectionHeading collection={collection} />
      {inside > 0 ? <Inside id={id} /> : null}
      <ImageBrowser
        images={images}
        filter={filter}
        layout={layout}
        from={id}
        actions={
          mayEdit
            ? (selection) => (
                <CollectionItemActions collection={collection} list={filter} selection={selection} />
              )
            : undefined
        }
        above={
          mayEdit && sort === "manual"
            ? (selection) => (
                <ItemOrder
                  collectionId={id}
                  list={filter}
                  items={images.items}
                  selection={selection}
                  layout={layout}
                />
              )
            : undefined
        }
        empty={inside > 0 ? null : <Empty collection={collection} />}
      />
    </Page>
  );
}

const parentAddress = ({ parent_id: parent }: Collection): string =>
  parent === null ? "/collections" : `/collections/${parent}`;

/** The collections inside this one. */
function Inside({ id }: { readonly id: number }) {
  const query = useInfiniteQuery(collectionsQuery({ parent_id: id }));
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div style={{ marginBottom: 28 }}>
      <CollectionGrid collections={items} />
      <LoadMore query={query} />
    </div>
  );
}

function Empty({ collection: { is_smart: isSmart } }: { readonly collection: Collection }) {
  return (
    <EmptyState
      icon={Images}
      title={isSmart ? "No images match at present" : "This collection is empty"}
      action={
        <Button variant="contained" component={Link} to="/gallery">
          Open the gallery
        </Button>
      }
    >
      {isSmart
        ? "Images that match appear here by themselves."
        : "Drag images of the gallery here, or choose “Add to collection” in their menus."}
    </EmptyState>
  );
}

const isMissing = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

function Missing({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  return (
    <Page title="Collection" isHeadingHidden>
      {isMissing(error) ? (
        <EmptyState
          icon={FolderX}
          title="This collection does not exist"
          action={
            <Button variant="contained" component={Link} to="/collections">
              All collections
            </Button>
          }
        >
          It may have been deleted, or it is no longer shared with you.
        </EmptyState>
      ) : (
        <ProblemState error={error} {...(onRetry && { onRetry })} />
      )}
    </Page>
  );
}
