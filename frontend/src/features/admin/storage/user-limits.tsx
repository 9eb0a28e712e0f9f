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
import { listedUsersQuery, userStorageQuery, useSetLimits } from "./queries";

const GIGABYTE = 1_000_000_000;

/** The quota and the retention of one user, which win over the settings. */
export function UserLimits() {
  const [userId, setUserId] = useState("");
  const users = useQuery(listedUsersQuery);
  const storage = useQuery(userStorageQuery(userId));
  const options = (users.data?.items ?? []).map(({ id, username }) => ({ value: id, label: username }));
  return (
    <Panel
      title="Limits of a user"
      description="Empty fields follow the settings of the installation; 0 means no limit."
    >
      <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2, maxWidth: 480 }}>
        <FilterSelect
          label="User"
          value={userId}
          all="Choose a user"
          options={options}
          onChange={setUserId}
        />
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
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const limits = {
      ...own,
      quota_bytes: numberOf(form.get("quota"), GIGABYTE),
      image_days: numberOf(form.get("days")),
      image_bytes: numberOf(form.get("bytes"), GIGABYTE),
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
      <NumberField name="quota" label="Quota in GB" value={own.quota_bytes} unit={GIGABYTE} />
      <NumberField name="days" label="Images expire after days" value={own.image_days} />
      <NumberField
        name="bytes"
        label="Oldest images expire beyond GB"
        value={own.image_bytes}
        unit={GIGABYTE}
      />
      <FormError error={change.error} fields={[]} />
      <Button type="submit" variant="contained" loading={change.isPending} sx={{ justifySelf: "start" }}>
        Save
      </Button>
    </Box>
  );
}

interface NumberFieldProps {
  readonly name: string;
  readonly label: string;
  readonly value: number | null;
  readonly unit?: number;
}

function NumberField({ name, label, value, unit = 1 }: NumberFieldProps) {
  return (
    <TextField
      name={name}
      label={label}
      type="number"
      size="small"
      defaultValue={value === null ? "" : value / unit}
      slotProps={{ htmlInput: { min: 0, step: "any" }, inputLabel: { shrink: true } }}
    />
  );
}

/** Return the number of a field in its unit; null for an empty field. */
function numberOf(entry: FormDataEntryValue | null, unit?: number): number | null {
  const text = String(entry ?? "").trim();
  if (text === "") return null;
  return unit === undefined ? Number(text) : Math.round(Number(text) * unit);
}
