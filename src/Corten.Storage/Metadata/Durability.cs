namespace Corten.Storage.Metadata;

/// <summary>What a power cut may take back. A killed process loses nothing either way.</summary>
public enum Durability
{
    /// <summary>On the disk before the call returns: for whatever a user is told exists.</summary>
    Full,

    /// <summary>On the disk with the next full commit or checkpoint: for what can be computed or fetched again. Ten times cheaper.</summary>
    Relaxed,
}
