/** How a kernel slides over images: the record behind `geometry`, each an i32. */
export class Frame {
  inHeight: i32;
  inWidth: i32;
  outHeight: i32;
  outWidth: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  stride: i32;
  padding: i32;
}

/** The same for images, channels last, of which all channels are used. */
export class ChannelFrame extends Frame {
  channels: i32;
}
