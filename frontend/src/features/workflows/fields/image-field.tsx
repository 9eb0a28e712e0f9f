import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { Brush } from "lucide-react";
import { useId, useState } from "react";
import { ChosenImageView, ImagePicker, type Reference } from "@/features/inputs";
import { MaskDialog } from "@/features/mask-editor";

interface ImageFieldProps {
  readonly label: string;
  readonly value: Reference | null;
  /** The image that a mask can be drawn on; null: none is chosen, or this is no mask. */
  readonly maskOf: Reference | null;
  readonly onChange: (value: Reference | null) => void;
}

/** Choose an image, or draw a mask over another image of the form. */
export function ImageField({ label, value, maskOf, onChange }: ImageFieldProps) {
  const id = useId();
  const [isMaskOpen, setIsMaskOpen] = useState(false);
  const draw =
    maskOf === null ? null : (
      <Button
        size="small"
        variant="outlined"
        sx={{ justifySelf: "start" }}
        startIcon={<Brush size={16} aria-hidden />}
        onClick={() => setIsMaskOpen(true)}
      >
        {value === null ? "Draw a mask" : "Edit mask"}
      </Button>
    );
  return (
    <Box sx={{ display: "grid", gap: 1 }}>
      {value === null ? (
        <ImagePicker label={label} onImage={({ reference }) => onChange(reference)} />
      ) : (
        <Box role="group" aria-labelledby={id} sx={{ display: "grid", gap: 1.25 }}>
          <Typography id={id} variant="body2" sx={{ fontWeight: 500 }}>
            {label}
          </Typography>
          <ChosenImageView image={value} removeLabel={`Remove ${label}`} onRemove={() => onChange(null)} />
        </Box>
      )}
      {draw}
      {maskOf === null ? null : (
        <MaskDialog
          open={isMaskOpen}
          image={maskOf}
          mask={value}
          onClose={() => setIsMaskOpen(false)}
          onMask={({ reference }) => {
            onChange(reference);
            setIsMaskOpen(false);
          }}
        />
      )}
    </Box>
  );
}
