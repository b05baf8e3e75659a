using System.Security.Cryptography;

namespace Corten.Containers.Creation;

/// <summary>Names for containers that were given none: a quality and somebody who built, measured or explained something.</summary>
internal static class NameGenerator
{
    private static readonly string[] Qualities =
    [
        "able", "agile", "airy", "alert", "amber", "amused", "ardent", "bold", "brave", "breezy", "bright", "brisk", "calm", "candid", "careful", "cheerful",
        "clever", "cosy", "crisp", "curious", "daring", "deft", "eager", "earnest", "easy", "elated", "fair", "faithful", "fearless", "fervent", "fond", "frank",
        "fresh", "friendly", "gentle", "glad", "gleaming", "golden", "graceful", "hale", "handy", "happy", "hardy", "hearty", "honest", "hopeful", "humble", "jolly",
        "joyful", "keen", "kind", "lively", "loyal", "lucid", "lucky", "mellow", "merry", "mighty", "mindful", "modest", "neat", "nimble", "noble", "patient",
        "peaceful", "placid", "playful", "plucky", "polite", "prompt", "proud", "quick", "quiet", "radiant", "ready", "robust", "rustic", "serene", "sharp", "shiny",
        "silent", "sincere", "smart", "snug", "sober", "solid", "spry", "steady", "stoic", "strong", "sturdy", "subtle", "sunny", "swift", "tender", "thrifty",
        "tidy", "tranquil", "trusty", "upbeat", "vivid", "warm", "wise", "witty", "zealous", "zesty",
    ];

    private static readonly string[] People =
    [
        "abel", "ada", "agnesi", "alhazen", "ampere", "arago", "avicenna", "babbage", "banneker", "bell", "bernoulli", "bessemer", "biruni", "bohr", "boole", "boyle",
        "brahe", "brunel", "cantor", "cardano", "carnot", "carson", "cavendish", "celsius", "chatelet", "clarke", "copernicus", "coulomb", "crick", "curie", "dalton", "darwin",
        "descartes", "dijkstra", "diophantus", "dirac", "drake", "earhart", "eiffel", "einstein", "elion", "eratosthenes", "euclid", "euler", "faraday", "fermat", "fermi", "feynman",
        "fibonacci", "fourier", "franklin", "fulton", "galileo", "galois", "gauss", "gibbs", "goedel", "goodall", "hamilton", "harrison", "hawking", "heisenberg", "hertz", "hilbert",
        "hooke", "hopper", "hubble", "huygens", "hypatia", "jacquard", "joule", "kelvin", "kepler", "khayyam", "knuth", "kovalevskaya", "lagrange", "lamarr", "laplace", "lavoisier",
        "leavitt", "leibniz", "linnaeus", "lister", "lovelace", "maxwell", "meitner", "mendel", "mendeleev", "mitchell", "morse", "napier", "newcomen", "newton", "nightingale", "nobel",
        "noether", "oersted", "ohm", "pascal", "pasteur", "pauli", "planck", "poincare", "ptolemy", "pythagoras", "ramanujan", "riemann", "ritchie", "roentgen", "rutherford", "sagan",
        "shannon", "smeaton", "somerville", "stephenson", "stevin", "tesla", "thales", "torricelli", "turing", "vesalius", "volta", "watt", "wheatstone", "wren", "wu", "zeppelin",
    ];

    /// <summary>A name that <paramref name="isTaken"/> denies; from the fourth try on with a number behind it.</summary>
    public static string Next(Func<string, bool> isTaken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var name = $"{Qualities[RandomNumberGenerator.GetInt32(Qualities.Length)]}_{People[RandomNumberGenerator.GetInt32(People.Length)]}";
            if (attempt >= 3)
            {
                name += RandomNumberGenerator.GetInt32(10 << Math.Min(attempt, 20)).ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            if (!isTaken(name))
            {
                return name;
            }
        }
    }
}
