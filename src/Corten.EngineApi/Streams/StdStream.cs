namespace Corten.EngineApi.Streams;

/// <summary>Which of a container's streams a frame belongs to: the first byte of its header.</summary>
public enum StdStream : byte
{
    Stdin = 0,
    Stdout = 1,
    Stderr = 2,
    /// <summary>Text of the engine itself: what went wrong while the stream was open.</summary>
    SystemError = 3,
}
