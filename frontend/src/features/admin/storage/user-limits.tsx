import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { messageOf } from "@/api/problem";
import type { UserStorage } from "@/api/types";
import { formatBytes } from "@/lib/format";
import { FilterSelect } from "@/ui/filter-select";
import { FormError } from "@/ui/form-error";
import { Panel } from "@/ui/panel";
import { useToast } from "@/ui/toast";
import { UserSelect } from "../user-select";
import { userStorageQuery, useSetLimits } from "./queries";

const GIGABYTE = 1_000_000_000;

/** Images that stay when they have expired. */
const KEPT = [
  { name: "keep_rated", label: "Keep rated images" },
  { name: "keep_tagged", label: "Keep tagged images" },
  { name: "keep_public", label: "Keep public images" },
  { name: "keep_collected", label: "Keep collected images" },
] as const;
const ANSWERS = [
  { value: "true", label: "Yes" },
  { value: "false", label: "No" },
] as const;

/** The quota and the retention of one user, which win over the settings. */
export function UserLimits() {
  const [userId, setUserId] = useState("");
  const storage = useQuery(userStorageQuery(userId));
  return (
    <Panel
      title="Limits of a user"
      description="Empty fields follow the settings of the installation; 0 means no limit."
    >
      <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2, maxWidth: 480 }}>
        <UserSelect label="User" placeholder="Choose a user" value={userId} onChange={setUserId} />
        {storage.error === null ? null : <Typography color="error">{messageOf(storage.error)}</Typography>}
        {storage.data === undefined ? null : <LimitsForm key={userId} storage={storage.data} />}
      </Box>
    </Panel>
  );
}

function LimitsForm({ storage }: { readonly storage: UserStorage }) {
  const { own, quota_bytes: quota, used_bytes: used } = storage;
  const change = useSetLimits();
  const toast = useToast();
  const [texts, setTexts] = useState({
    quota: textOf(own.quota_bytes, GIGABYTE),
    days: textOf(own.image_days),
    bytes: textOf(own.image_bytes, GIGABYTE),
  });
  const [kept, setKept] = useState({
    keep_rated: own.keep_rated,
    keep_tagged: own.keep_tagged,
    keep_public: own.keep_public,
    keep_collected: own.keep_collected,
  });
  const fieldOf = (name: keyof typeof texts) => ({
    value: texts[name],
    onChange: (text: string) => setTexts({ ...texts, [name]: text }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const limits = {
      ...own,
      ...kept,
      quota_bytes: numberOf(texts.quota, GIGABYTE),
      image_days: numberOf(texts.days),
      image_bytes: numberOf(texts.bytes, GIGABYTE),
    };
    change.mutate(
      { userId: storage.user_id, limits },
      { onSuccess: () => toast({ message: "Limits saved", severity: "success" }) },
    );
  };
  return (
    <Box component="form" onSubmit={submit} sx={{ display: "grid", gap: 2 }}>
      <Typography>
        {formatBytes(used)} used{quota === 0 ? ", no quota" : ` of ${formatBytes(quota)}`}
      </Typography>
      <NumberField label="Quota in GB" {...fieldOf("quota")} />
      <NumberField label="Images expire after days" {...fieldOf("days")} />
      <NumberField label="Oldest images expire beyond GB" {...fieldOf("bytes")} />
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5 }}>
        {KEPT.map(({ name, label }) => (
          <FilterSelect
            key={name}
            label={label}
            value={String(kept[name] ?? "")}
            all="As in the settings"
            options={ANSWERS}
            onChange={(text) => setKept({ ...kept, [name]: text === "" ? null : text === "true" })}
          />
        ))}
      </Box>
      <FormError error={change.error} fields={[]} />
      <Button type="submit" variant="contained" loading={change.isPending} sx={{ justifySelf: "start" }}>
        Save
      </Button>
    </Box>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

function NumberField({ label, value, onChange }: NumberFieldProps) {
  return (
    <TextField
      label={label}
      type="number"
      size="small"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      slotProps={{ htmlInput: { min: 0, step: "any" }, inputLabel: { shrink: true } }}
    />
  );
}

const textOf = (value: number | null, unit = 1): string => (value === null ? "" : String(value / unit));

/** Return the number of a field in its unit; null for an empty field. */
function numberOf(text: string, unit?: number): number | null {
  if (text.trim() === "") return null;
  return unit === undefined ? Number(text) : Math.round(Number(text) * unit);
}
