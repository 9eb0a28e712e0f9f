import { Captions, Box as Cube, File, Film, Image, type LucideIcon, Music } from "lucide-react";

interface Kind {
  readonly label: string;
  readonly icon: LucideIcon;
}

const KINDS: Readonly<Record<string, Kind>> = {
  image: { label: "Image", icon: Image },
  video: { label: "Video", icon: Film },
  audio: { label: "Audio", icon: Music },
  text: { label: "Text", icon: Captions },
  model3d: { label: "3D model", icon: Cube },
};

/** Return name and icon of what a workflow makes. */
export const kindOf = (kind: string): Kind => KINDS[kind] ?? { label: "File", icon: File };
