import { type CSSProperties, useState } from "react";
import { placeholderUrl } from "@/lib/placeholder";

interface LazyImageProps {
  /** Without it only the placeholder is shown. */
  readonly src?: string;
  readonly srcSet?: string;
  /** The `sizes` attribute: the width at which it is shown. */
  readonly sizes?: string;
  readonly alt: string;
  /** Size of the image in pixels; reserves its space before it has loaded. */
  readonly width: number;
  readonly height: number;
  /** Thumbhash in base64. */
  readonly placeholder?: string | null;
  readonly isPriority?: boolean;
  readonly style?: CSSProperties;
}

/** A lazily loaded image over its blurred placeholder, without a layout shift. */
export function LazyImage(props: LazyImageProps) {
  const { src, srcSet, sizes, alt, width, height, placeholder, isPriority = false, style } = props;
  const [isBroken, setIsBroken] = useState(false);
  const blurred = placeholder ? placeholderUrl(placeholder) : null;
  return (
    <div
      className="lazy-image"
      style={
        {
          aspectRatio: `${width} / ${height}`,
          ...(blurred && { "--placeholder": `url(${blurred})` }),
          ...style,
        } as CSSProperties
      }
    >
      {src === undefined || isBroken ? (
        <WithoutImage alt={alt} isBroken={src !== undefined} />
      ) : (
        <img
          src={src}
          srcSet={srcSet}
          sizes={sizes}
          alt={alt}
          width={width}
          height={height}
          loading={isPriority ? "eager" : "lazy"}
          fetchPriority={isPriority ? "high" : "auto"}
          decoding="async"
          draggable={false}
          ref={showIfComplete}
          onLoad={onLoad}
          onError={() => setIsBroken(true)}
        />
      )}
    </div>
  );
}

/** Show an image without drawing its component again, which would be done for each image of a list. */
const show = (image: HTMLImageElement) => image.parentElement?.setAttribute("data-loaded", "");

const onLoad = (event: { readonly currentTarget: HTMLImageElement }) => show(event.currentTarget);

/** A cached image may be complete before its load listener is attached. */
function showIfComplete(image: HTMLImageElement | null): void {
  if (image?.complete && image.naturalWidth > 0) show(image);
}

/** What stands in place of an image that cannot be loaded, or that has no thumbnail yet. */
function WithoutImage({ alt, isBroken }: { readonly alt: string; readonly isBroken: boolean }) {
  return (
    <div
      role="img"
      aria-label={isBroken ? `Image not available: ${alt}` : alt}
      className="lazy-image-missing"
    >
      {isBroken ? "Image not available" : null}
    </div>
  );
}
