namespace Strongroom.Bundles;

/// <summary>When a bundle's value is gone, and why: the first of its ends. A negative time says how long it is over.</summary>
internal readonly record struct BundleExpiry(TimeSpan Left, SecretErrorCode Cause)
{
    internal BundleExpiry OrEarlier(BundleExpiry other) => other.Left < Left ? other : this;
}

/// <summary>What a look at a bundle came to.</summary>
/// <param name="Lost">Why its value was taken away; null where it was not.</param>
/// <param name="NeedsFreshRead">True where only the wall clock says that a mark is passed: a fresh read has to decide.</param>
/// <param name="Status">The bundle's status after it.</param>
internal readonly record struct BundleInspection(SecretErrorCode? Lost, bool NeedsFreshRead, BundleStatus Status);
