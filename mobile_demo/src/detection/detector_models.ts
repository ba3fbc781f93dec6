/** One of BlazeFace's files, and how its outputs are laid out. */
export interface DetectorModel {
  readonly file: string;
  readonly inputSize: number;
  readonly strides: readonly number[];
  readonly anchorsPerStride: number;
}

export type DetectorName = "short" | "full";
/** `auto`: whichever finds a face. */
export type DetectorChoice = "auto" | DetectorName;

/** `short` is for faces within about 2 m (selfies, desks), `full` for those within about 5 m. */
export const DETECTOR_MODELS: Record<DetectorName, DetectorModel> = {
  short: {
    file: "face_detection_short_range.tflite",
    inputSize: 128,
    strides: [8, 16, 16, 16],
    anchorsPerStride: 2,
  },
  full: {
    file: "face_detection_full_range.tflite",
    inputSize: 192,
    strides: [4],
    anchorsPerStride: 1,
  },
};
