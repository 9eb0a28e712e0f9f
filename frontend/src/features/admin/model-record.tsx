import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import Switch from "@mui/material/Switch";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import type { Model } from "@/api/types";
import { ModelOption } from "@/features/models";
import { formatBytes } from "@/lib/format";
import { RecordListItem } from "@/ui/record-list";
import { useToast } from "@/ui/toast";
import { DeleteModelButton } from "./delete-model-button";
import { EditModelDialog } from "./edit-model-dialog";
import { Evidence } from "./evidence";
import { KIND_NAMES } from "./model-kinds";
import { useChangeModel } from "./model-queries";

/** A model file: kind, faults, evidence, and whether users can select it. */
export function ModelRecord({ model }: { readonly model: Model }) {
  const change = useChangeModel();
  const toast = useToast();
  const [isOpen, setIsOpen] = useState(false);
  const [isEditing, setIsEditing] = useState(false);
  return (
    <RecordListItem
      title={<ModelOption model={model} />}
      detail={
        <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 0.75, mt: 0.5 }}>
          <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 0.75 }}>
            <Chip size="small" label={KIND_NAMES[model.kind]} />
            {model.available ? null : (
              <Chip size="small" color="warning" variant="outlined" label="Not on any ComfyUI server" />
            )}
            {model.health.map(({ code, detail }) => (
              <Chip
                key={code}
                size="small"
                color="error"
                variant="outlined"
                label={code.replaceAll("_", " ")}
                title={detail}
              />
            ))}
            <span>
              {[
                model.precision,
                model.size_bytes === null ? "" : formatBytes(model.size_bytes),
                model.available_on.join(", "),
              ]
                .filter((part) => part !== "")
                .join(" · ")}
            </span>
            <Box sx={{ display: "flex", ml: -0.5 }}>
              <Button size="small" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
                {isOpen ? "Hide evidence" : "Show evidence"}
              </Button>
              <Button size="small" onClick={() => setIsEditing(true)}>
                Edit
              </Button>
              {model.source === "manual" && model.available_on.length === 0 ? (
                <DeleteModelButton model={model} />
              ) : null}
            </Box>
          </Box>
          {isOpen ? <Evidence model={model} /> : null}
          {isEditing ? <EditModelDialog model={model} onClose={() => setIsEditing(false)} /> : null}
        </Box>
      }
      action={
        <Switch
          checked={model.enabled}
          slotProps={{ input: { "aria-label": `Enable ${model.display_name}` } }}
          onChange={(_event, enabled) =>
            change.mutate(
              { id: model.id, patch: { enabled } },
              { onError: (error) => toast({ message: messageOf(error), severity: "error" }) },
            )
          }
        />
      }
    />
  );
}
