/** A kernel that slides over images: of a convolution, or of pooling. */
export class Window {
  inHeight: i32;
  inWidth: i32;
  outHeight: i32;
  outWidth: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  stride: i32;
  padding: i32;
  /** Of the images that are read; channels last. */
  channels: i32;
}
