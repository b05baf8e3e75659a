namespace Corten.Build.Solving;

/// <summary>
/// Which settings (LABEL, ENV …) builds have made upon which results. Nothing has to be done for them, so nothing of them is in the cache; the classic
/// builder tells whether one was made before.
/// </summary>
/// <param name="cache">Keeps them from build to build.</param>
public sealed class SettingsMemory(BuildCache cache)
{
    private readonly HashSet<string> _new = [];

    public bool Knows(string chain) => _new.Contains(chain) || cache.KnowsSetting(chain);

    public void Add(string chain) => _new.Add(chain);

    /// <summary>Keeps what was added, in one transaction.</summary>
    public void Keep()
    {
        if (_new.Count > 0)
        {
            cache.RememberSettings(_new);
            _new.Clear();
        }
    }
}
