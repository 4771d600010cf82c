// Runs beside the page, in the audio thread: hands on the samples of the microphone's first channel.
class Capture extends AudioWorkletProcessor {
  /** @param {Float32Array[][]} inputs */
  process([input = []]) {
    const [samples] = input;
    if (samples !== undefined) this.port.postMessage(samples.slice());
    return true;
  }
}

registerProcessor("capture", Capture);
