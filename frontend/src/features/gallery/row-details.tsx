import type { Content } from "@/api/types";
import { factsOf, kindOf } from "@/features/content";
import { modelTitle } from "@/lib/format";
import { TimeAgo } from "@/ui/time-ago";
import { RatingBadge, VisibilityBadge } from "./image-badges";

/** Number of tags that are shown; the others are counted. */
const TAGS_SHOWN = 3;

/** Return the model of an item or, without one, its kind. */
const modelOf = ({ checkpoint_model, content_type }: Content) =>
  modelTitle(checkpoint_model) || kindOf(content_type).label;

/** Details in columns that are aligned from row to row, for wide rows. */
export function WideDetails({ item }: { readonly item: Content }) {
  return (
    <div className="wide-details">
      <div className="image-row-text">
        <p className="row-line row-model">{modelOf(item)}</p>
        <div className="row-line">{factsOf(item)}</div>
      </div>
      <TagChips tags={item.tags} />
      <RatingBadge item={item} />
      <div className="row-visibility">
        <VisibilityBadge item={item} />
      </div>
      <div className="row-time">
        <Timestamp item={item} />
        {item.is_mine ? null : <div className="row-line">by {item.creator.username}</div>}
      </div>
    </div>
  );
}

/** Details in three short lines below the title, for narrow rows. */
export function NarrowDetails({ item }: { readonly item: Content }) {
  return (
    <div className="narrow-details">
      <div className="row-line">{`${modelOf(item)} · ${factsOf(item)}`}</div>
      <div className="row-badges">
        <VisibilityBadge item={item} />
        <RatingBadge item={item} />
        <div className="row-line">
          <Timestamp item={item} />
        </div>
      </div>
      <div className="row-line">
        {[item.is_mine ? "" : `by ${item.creator.username}`, ...item.tags.map((tag) => `#${tag}`)].join(" ")}
      </div>
    </div>
  );
}

/** The time of creation or, in the trash, of deletion. */
function Timestamp({ item }: { readonly item: Content }) {
  if (item.deleted_at === null) return <TimeAgo at={item.created_at} />;
  return (
    <>
      deleted{" "}
      <span style={{ whiteSpace: "nowrap" }}>
        <TimeAgo at={item.deleted_at} />
      </span>
    </>
  );
}

function TagChips({ tags }: { readonly tags: readonly string[] }) {
  const hidden = tags.length - TAGS_SHOWN;
  return (
    <div className="row-tags">
      {tags.slice(0, TAGS_SHOWN).map((tag) => (
        <span key={tag} className="row-tag">
          {tag}
        </span>
      ))}
      {hidden > 0 ? (
        <span className="row-tag" title={tags.join(", ")}>
          {`+${hidden}`}
        </span>
      ) : null}
    </div>
  );
}
