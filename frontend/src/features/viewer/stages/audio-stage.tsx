import Box from "@mui/material/Box";
import { useRef, useState } from "react";
import type { Content } from "@/api/types";
import { altOf } from "@/features/content";
import { keepSeekingKeys } from "./player-keys";

/** The waveform with the played part marked, above a player. A click on the waveform plays from there. */
export function AudioStage({ item }: { readonly item: Content }) {
  const player = useRef<HTMLAudioElement>(null);
  const [played, setPlayed] = useState(0);
  const showPlayed = () => {
    const { currentTime = 0, duration = 0 } = player.current ?? {};
    setPlayed(duration > 0 ? currentTime / duration : 0);
  };
  const seek = (event: { readonly clientX: number; readonly currentTarget: HTMLElement }) => {
    const audio = player.current;
    if (audio === null || !Number.isFinite(audio.duration)) return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    audio.currentTime = audio.duration * Math.min(1, Math.max(0, (event.clientX - left) / width));
    showPlayed();
    void audio.play();
  };
  return (
    <Box
      sx={{
        display: "grid",
        gap: 2,
        p: { xs: 2, sm: 3 },
        borderRadius: "14px",
        border: 1,
        borderColor: "divider",
        bgcolor: "background.paper",
      }}
    >
      <Box
        onClick={seek}
        sx={{ position: "relative", borderRadius: "8px", overflow: "hidden", cursor: "pointer" }}
      >
        <Box
          component="img"
          src={item.image_url}
          alt={`Waveform of ${item.title}`}
          width={item.width}
          height={item.height}
          draggable={false}
          sx={{ display: "block", width: "100%", height: "auto", maxHeight: "50dvh" }}
        />
        <Box
          aria-hidden
          style={{ width: `${played * 100}%` }}
          sx={{
            position: "absolute",
            inset: 0,
            bgcolor: "primary.main",
            opacity: 0.22,
            pointerEvents: "none",
          }}
        />
      </Box>
      <Box
        component="audio"
        ref={player}
        controls
        preload="metadata"
        src={item.file_url}
        aria-label={altOf(item)}
        onTimeUpdate={showPlayed}
        onSeeked={showPlayed}
        onKeyDown={keepSeekingKeys}
        sx={{ width: "100%" }}
      />
    </Box>
  );
}
