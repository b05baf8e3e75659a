using System.Runtime.InteropServices;
using Corten.Oci.Errors;
using Native = Corten.Linux.Interop.Nftables;

namespace Corten.Linux.Nftables;

/// <summary>
/// nftables by libnftables, in nft(8)'s own language. The context acts on the network namespace of the thread that made it, from whichever
/// thread it is used; a lock lets one command through at a time. A command text is one transaction: all of it or nothing.
/// </summary>
public sealed class NftContext : IDisposable
{
    private readonly Lock _lock = new();
    private nint _context;

    public NftContext()
    {
        try
        {
            _context = Native.nft_ctx_new(0);
        }
        catch (DllNotFoundException e)
        {
            throw CortenException.Unavailable("nftables: the library libnftables.so.1 is missing: install your distribution's package of it (libnftables1)", e);
        }
        if (_context == 0 || Native.nft_ctx_buffer_output(_context) != 0 || Native.nft_ctx_buffer_error(_context) != 0)
        {
            Dispose();
            throw CortenException.Internal("nftables: no context could be made: out of memory");
        }
    }

    /// <summary>Runs commands as one transaction.</summary>
    /// <exception cref="NftException">Nothing was changed; the message is libnftables' own.</exception>
    public void Run(string commands)
    {
        lock (_lock)
        {
            Execute(commands);
        }
    }

    /// <summary>The JSON (libnftables-json(5)) that a <c>list</c> command answers, rule handles included.</summary>
    public string ListJson(string command)
    {
        lock (_lock)
        {
            Native.nft_ctx_output_set_flags(_context, Native.NFT_CTX_OUTPUT_JSON | Native.NFT_CTX_OUTPUT_HANDLE);
            try
            {
                return Execute(command);
            }
            finally
            {
                Native.nft_ctx_output_set_flags(_context, 0);
            }
        }
    }

    public void Dispose()
    {
        var context = Interlocked.Exchange(ref _context, 0);
        if (context != 0)
        {
            Native.nft_ctx_free(context);
        }
    }

    private unsafe string Execute(string commands)
    {
        ObjectDisposedException.ThrowIf(_context == 0, this);
        var failed = Native.nft_run_cmd_from_buffer(_context, commands) != 0;
        // Both buffers have to be taken each time, or what is in them would come with the next command's.
        var output = Marshal.PtrToStringUTF8((nint)Native.nft_ctx_get_output_buffer(_context)) ?? "";
        var error = Marshal.PtrToStringUTF8((nint)Native.nft_ctx_get_error_buffer(_context)) ?? "";
        return failed ? throw new NftException(error.Trim()) : output;
    }
}

/// <summary>nftables refused a transaction.</summary>
public sealed class NftException(string words) : CortenException(ErrorKind.Internal, $"nftables: {words}");
