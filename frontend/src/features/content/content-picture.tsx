import type { CSSProperties } from "react";
import type { Content } from "@/api/types";
import { formatClock } from "@/lib/format";
import { LazyImage } from "@/ui/lazy-image";
import { altOf, sourcesOf } from "./image-sources";
import { endingOf, hasPicture, kindOf } from "./kinds";

interface ContentPictureProps {
  readonly item: Content;
  /** As in the `sizes` attribute. */
  readonly sizes: string;
  /** Empty where a text beside it describes the item. */
  readonly alt?: string;
  /** There is room for an icon only. */
  readonly isSmall?: boolean;
  readonly style?: CSSProperties;
}

/** What stands for an item in lists: its image, poster or waveform, the beginning of a text, or an icon. */
export function ContentPicture({
  item,
  sizes,
  alt = altOf(item),
  isSmall = false,
  style,
}: ContentPictureProps) {
  if (!hasPicture(item.content_type))
    return <ContentCard item={item} alt={alt} isSmall={isSmall} style={style} />;
  const picture = (
    <LazyImage
      {...sourcesOf(item)}
      sizes={sizes}
      alt={alt}
      width={item.width}
      height={item.height}
      placeholder={item.placeholder}
      {...(style === undefined ? {} : { style })}
    />
  );
  if (item.content_type === "image") return picture;
  return (
    <>
      {picture}
      <KindBadge item={item} isSmall={isSmall} />
    </>
  );
}

/** The kind of a video or sound and its duration, at the corner of its image. */
function KindBadge({ item, isSmall }: { readonly item: Content; readonly isSmall: boolean }) {
  const { icon: Icon } = kindOf(item.content_type);
  return (
    <span className="kind-badge" aria-hidden>
      <Icon size={12} fill={item.content_type === "video" ? "currentColor" : "none"} />
      {isSmall || item.duration_seconds === null ? null : formatClock(item.duration_seconds)}
    </span>
  );
}

interface ContentCardProps {
  readonly item: Content;
  readonly alt: string;
  readonly isSmall: boolean;
  readonly style: CSSProperties | undefined;
}

/** The card of a text, a 3D model or another file. */
function ContentCard({ item, alt, isSmall, style }: ContentCardProps) {
  const { icon: Icon } = kindOf(item.content_type);
  const isText = item.content_type === "text" && Boolean(item.text) && !isSmall;
  return (
    <div
      className="content-card"
      role="img"
      aria-label={alt}
      aria-hidden={alt === "" || undefined}
      style={style}
    >
      {isText ? (
        <span className="content-card-text" dir="auto">
          {item.text}
        </span>
      ) : (
        <Icon size={isSmall ? 24 : 36} strokeWidth={1.5} />
      )}
      {isSmall || isText ? null : (
        <>
          <span className="content-card-name">{item.title}</span>
          <span>{endingOf(item)}</span>
        </>
      )}
    </div>
  );
}
