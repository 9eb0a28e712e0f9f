import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import FormHelperText from "@mui/material/FormHelperText";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import Typography from "@mui/material/Typography";
import { Brush, Expand, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import type { FieldErrors } from "@/api/field-errors";
import { type ChosenImage, ImagePicker } from "@/features/inputs";
import { MaskDialog } from "@/features/mask-editor";
import { SliderField } from "@/ui/slider-field";
import { LIMITS } from "../settings";
import { ExtendSection } from "./extend-section";
import {
  noExtent,
  type PanelSettings,
  type Resize,
  SOURCE_STRENGTH,
  type SourceChoice,
  sourceOf,
} from "./image-settings";
import { MaskSettings } from "./mask-settings";
import { SourcePreview } from "./source-preview";
import { sizeOfSource } from "./source-size";
import { strengthWord } from "./strength-words";

interface SourceSectionProps {
  readonly settings: PanelSettings;
  readonly onChange: (patch: Partial<PanelSettings>) => void;
  readonly errors: FieldErrors;
}

const RESIZES: readonly { readonly value: Resize; readonly label: string }[] = [
  { value: "crop", label: "Crop" },
  { value: "fit", label: "Fit" },
  { value: "stretch", label: "Stretch" },
];

/** The image to start from: what of it is kept, what is painted, and how far it is extended. */
export function SourceSection({ settings, onChange, errors }: SourceSectionProps) {
  const { images } = settings;
  const { source } = images;
  const [isMaskOpen, setIsMaskOpen] = useMaskDialog(source !== null);
  const changeSource = (patch: Partial<SourceChoice>) =>
    source === null ? undefined : onChange({ images: { ...images, source: { ...source, ...patch } } });
  const choose = ({ reference, width, height }: ChosenImage) =>
    onChange({
      images: { ...images, source: sourceOf(reference) },
      denoise: SOURCE_STRENGTH,
      ...sizeOfSource(width, height),
    });
  if (source === null) return <ImagePicker label="Source image" onImage={choose} takesPaste />;
  const error = errors("source");
  return (
    <Box sx={{ display: "grid", gap: 1.5 }}>
      {source.extend === null ? (
        <SourcePreview source={source} width={settings.width} height={settings.height} />
      ) : (
        <ExtendSection
          source={source}
          extend={source.extend}
          width={settings.width}
          height={settings.height}
          onChange={(extend) => changeSource({ extend })}
        />
      )}
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
        <Button
          size="small"
          variant="outlined"
          startIcon={<Brush size={16} aria-hidden />}
          disabled={source.extend !== null}
          onClick={() => setIsMaskOpen(true)}
        >
          {source.mask === null ? "Paint a mask" : "Edit mask"}
        </Button>
        {source.mask === null ? (
          <Button
            size="small"
            variant="outlined"
            startIcon={<Expand size={16} aria-hidden />}
            aria-pressed={source.extend !== null}
            onClick={() =>
              source.extend === null
                ? onChange({
                    images: { ...images, source: { ...source, extend: { ...noExtent(), right: 256 } } },
                    denoise: 1,
                  })
                : changeSource({ extend: null })
            }
          >
            {source.extend === null ? "Extend" : "Do not extend"}
          </Button>
        ) : (
          <Button size="small" color="inherit" onClick={() => changeSource({ mask: null })}>
            Remove mask
          </Button>
        )}
        <Button
          size="small"
          color="inherit"
          startIcon={<X size={16} aria-hidden />}
          onClick={() => onChange({ images: { ...images, source: null }, denoise: 1 })}
        >
          Remove source
        </Button>
      </Box>
      {error === undefined ? null : <FormHelperText error>{error}</FormHelperText>}
      <Box sx={{ display: "flex", alignItems: "center", gap: 1.5 }}>
        <Typography variant="body2" id="source-resize" sx={{ fontWeight: 500, flex: 1 }}>
          Other proportions
        </Typography>
        <ToggleButtonGroup
          exclusive
          size="small"
          value={source.resize}
          aria-labelledby="source-resize"
          onChange={(_event, resize: Resize | null) =>
            resize === null ? undefined : changeSource({ resize })
          }
        >
          {RESIZES.map(({ value, label }) => (
            <ToggleButton key={value} value={value} sx={{ px: 1.5 }}>
              {label}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      </Box>
      <SliderField
        label={`Strength: ${strengthWord(settings.denoise).toLowerCase()}`}
        value={settings.denoise}
        {...LIMITS.denoise}
        onChange={(denoise) => onChange({ denoise })}
        error={errors("params.denoise")}
      />
      {source.mask === null ? null : <MaskSettings source={source} onChange={changeSource} />}
      <MaskDialog
        open={isMaskOpen}
        image={source.image}
        mask={source.mask}
        onClose={() => setIsMaskOpen(false)}
        onMask={({ reference }) => changeSource({ mask: reference })}
      />
    </Box>
  );
}

/** Whether the mask editor is open; `?mask=` in the URL opens it once, as after "Inpaint". */
function useMaskDialog(hasSource: boolean) {
  const [isOpen, setIsOpen] = useState(false);
  const [query, setQuery] = useSearchParams();
  const isWanted = hasSource && query.has("mask");
  useEffect(() => {
    if (!isWanted) return;
    setIsOpen(true);
    setQuery({}, { replace: true });
  }, [isWanted, setQuery]);
  return [isOpen, setIsOpen] as const;
}
