import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { type FormEvent, useState } from "react";
import { messageOf } from "@/api/problem";
import { AuthLayout } from "@/features/session/auth-layout";
import { TextField } from "@/ui/text-field";
import { accessBy } from "./queries";

interface LinkPasswordProps {
  readonly token: string;
  readonly onAccess: (access: string) => void;
}

/** Asks for the password of a link. */
export function LinkPassword({ token, onAccess }: LinkPasswordProps) {
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isPending, setIsPending] = useState(false);
  const send = (event: FormEvent) => {
    event.preventDefault();
    setIsPending(true);
    accessBy(token, password)
      .then(onAccess)
      .catch((error: unknown) => setProblem(messageOf(error)))
      .finally(() => setIsPending(false));
  };
  return (
    <AuthLayout title="Shared images">
      <Box component="form" onSubmit={send} sx={{ display: "grid", gap: 2 }}>
        <Typography sx={{ color: "text.secondary" }}>These images are protected by a password.</Typography>
        <TextField
          label="Password"
          type="password"
          autoComplete="off"
          autoFocus
          required
          value={password}
          onChange={(event) => {
            setPassword(event.target.value);
            setProblem(null);
          }}
          error={problem !== null}
          helperText={problem}
        />
        <Button type="submit" variant="contained" size="large" loading={isPending} disabled={password === ""}>
          Show images
        </Button>
      </Box>
    </AuthLayout>
  );
}
