using System.Collections.Concurrent;

namespace Corten.Distribution.Authentication;

/// <summary>What a token was given for. <paramref name="Scopes"/> are sorted and separated by spaces.</summary>
public readonly record struct TokenKey(string Realm, string Service, string Scopes, RegistryCredentials Identity);

/// <summary>An access token and when it must not be used any more.</summary>
public sealed record Token(string Value, DateTimeOffset Expires);

/// <summary>Tokens by what they are for; concurrent requests for the same one share a single fetch.</summary>
public sealed class TokenCache(TimeProvider time)
{
    /// <summary>Beyond this many tokens, expired ones are dropped, and if none is, all are.</summary>
    public const int MaxTokens = 1024;

    private readonly ConcurrentDictionary<TokenKey, Lazy<Task<Token>>> _tokens = new();

    public async Task<Token> GetAsync(TokenKey key, Func<CancellationToken, Task<Token>> fetch, CancellationToken cancellationToken)
    {
        while (true)
        {
            // The fetch is not bound to the first caller's token: whoever shares it must not fail because that caller left.
            var entry = _tokens.GetOrAdd(key, _ => new Lazy<Task<Token>>(() => fetch(CancellationToken.None)));
            try
            {
                var token = await entry.Value.WaitAsync(cancellationToken);
                if (token.Expires > time.GetUtcNow())
                {
                    return token;
                }
            }
            catch when (entry.Value.IsFaulted || entry.Value.IsCanceled)
            {
                Drop(key, entry);
                throw;
            }

            Drop(key, entry);
            Trim();
        }
    }

    /// <summary>Forgets a token that the registry refused.</summary>
    public void Forget(TokenKey key, Token refused)
    {
        if (_tokens.TryGetValue(key, out var entry) && entry.Value is { IsCompletedSuccessfully: true } task && task.Result == refused)
        {
            Drop(key, entry);
        }
    }

    private void Drop(TokenKey key, Lazy<Task<Token>> entry) => _tokens.TryRemove(new(key, entry));

    private void Trim()
    {
        if (_tokens.Count <= MaxTokens)
        {
            return;
        }

        var now = time.GetUtcNow();
        foreach (var (key, entry) in _tokens)
        {
            if (entry.Value is { IsCompletedSuccessfully: true } task && task.Result.Expires <= now)
            {
                Drop(key, entry);
            }
        }

        if (_tokens.Count > MaxTokens)
        {
            _tokens.Clear();
        }
    }
}
