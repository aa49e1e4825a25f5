//! Which file stands for a photo or video: the original, a lesser one that is said to be so, or none.

use flickr_model::Media;

use crate::error::Again;
use crate::sizes::{self, Size, SizesAnswer};
use crate::video::{self, StreamsAnswer};
use crate::{FlickrClient, FlickrError, Source, Sources, quirks};

/// Which file stands for a photo or video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// The file as its owner uploaded it.
    Original(Source),
    /// The best that Flickr offers, which is not the original.
    NotOriginal(Source),
    /// Flickr offers nothing that could be fetched.
    Nothing {
        /// Why, as a sentence part.
        reason: String,
    },
}

impl FlickrClient {
    /// Chooses the file for a photo or video.
    ///
    /// A photo costs no call: the listing has named its original. A video costs one call, or two where Flickr
    /// does not name its original at once; what the listing calls its original is a still. An error that does
    /// not [end the run](FlickrError::ends_the_run) is the failure of this photo only.
    pub async fn choose(&self, sources: &Sources) -> Result<Chosen, FlickrError> {
        match (sources.media, &sources.original, &sources.largest) {
            (Media::Video, _, _) => self.choose_video(sources).await,
            (Media::Photo, Some(original), _) => Ok(Chosen::Original(original.clone())),
            (Media::Photo, None, Some(largest)) => Ok(Chosen::NotOriginal(largest.clone())),
            (Media::Photo, None, None) => self.choose_photo(sources).await,
        }
    }

    /// Asks Flickr for the addresses of now, after the known one gave a 404, a redirect to nowhere, or a body
    /// that was refused. Replacing, turning and hiding a photo gives it new addresses.
    pub async fn ask_anew(&self, sources: &Sources) -> Result<Chosen, FlickrError> {
        match sources.media {
            Media::Photo => self.choose_photo(sources).await,
            Media::Video => self.choose_video(sources).await,
        }
    }

    /// Chooses the best file that is not the original, for when the original cannot be had.
    ///
    /// "Video Original" of `photos.getSizes` answers 404 to whoever is not signed in on the web site (reported
    /// since 2016), so that a video may have an original by name only.
    pub async fn second_best(&self, sources: &Sources) -> Result<Chosen, FlickrError> {
        let found = match sources.media {
            Media::Photo => sizes::largest(&self.sizes(sources).await?.heard()?.found),
            Media::Video => {
                let streams = self.streams(sources).await?;
                match video::best(&streams.found) {
                    Some(stream) => Some(stream),
                    None => match sizes::best_video(&self.sizes(sources).await?.heard()?.found) {
                        Some(size) => Some(size),
                        None => streams.heard().map(|_| None)?,
                    },
                }
            }
        };
        let nothing = || Chosen::Nothing { reason: "Flickr offers no other file for it".to_owned() };
        Ok(found.map_or_else(nothing, Chosen::NotOriginal))
    }

    async fn choose_photo(&self, sources: &Sources) -> Result<Chosen, FlickrError> {
        let sizes = self.sizes(sources).await?.heard()?;
        if let Some(mut original) = sizes::original(&sizes.found) {
            original.format = sources.original_format.clone().or(original.format);
            return Ok(Chosen::Original(original));
        }
        let nothing = Chosen::Nothing { reason: sizes.why("Flickr names no file for this photo") };
        Ok(sizes::largest(&sizes.found).map_or(nothing, Chosen::NotOriginal))
    }

    async fn choose_video(&self, sources: &Sources) -> Result<Chosen, FlickrError> {
        if let Some(reason) = quirks::why_no_video(sources.media_status.as_deref()) {
            return Ok(Chosen::Nothing { reason: reason.to_owned() });
        }
        let streams = self.streams(sources).await?;
        if let Some(original) = video::original(&streams.found) {
            return Ok(Chosen::Original(original));
        }
        let sizes = self.sizes(sources).await?;
        match best_of(&streams, &sizes) {
            original @ Chosen::Original(_) => Ok(original),
            // Who was not heard may have named the original.
            lesser @ Chosen::NotOriginal(_) => sizes.heard().map(|_| lesser),
            nothing => streams.heard().and(sizes.heard()).map(|_| nothing),
        }
    }

    async fn sizes(&self, sources: &Sources) -> Result<Offer<Size>, FlickrError> {
        let id = sources.id.to_string();
        let asked = self.call_for_one::<SizesAnswer>(sizes::METHOD, &[("photo_id", &id)]).await;
        Offer::of(asked.map(|answer| answer.value.sizes()))
    }

    async fn streams(&self, sources: &Sources) -> Result<Offer<Source>, FlickrError> {
        let id = sources.id.to_string();
        let mut parameters = vec![("photo_id", id.as_str())];
        parameters.extend(sources.secret.as_ref().map(|secret| ("secret", secret.expose())));
        let asked = self.call_for_one::<StreamsAnswer>(video::METHOD, &parameters).await;
        Offer::of(asked.map(|answer| answer.value.streams()))
    }
}

/// What a video is taken from when no stream is the original: the labels of its sizes, else the best stream.
fn best_of(streams: &Offer<Source>, sizes: &Offer<Size>) -> Chosen {
    if let Some(original) = sizes::original_video(&sizes.found) {
        return Chosen::Original(original);
    }
    let best = video::best(&streams.found).or_else(|| sizes::best_video(&sizes.found));
    let nothing = || Chosen::Nothing {
        reason: streams.why(&sizes.why("Flickr offers only a Flash player for this video, and no file")),
    };
    best.map_or_else(nothing, Chosen::NotOriginal)
}

/// What one method offered for one photo; a refusal is an offer of nothing, not the end.
struct Offer<T> {
    found: Vec<T>,
    refusal: Option<String>,
    /// Why its answer never came, for this photo.
    lost: Option<FlickrError>,
}

impl<T> Offer<T> {
    fn of(asked: Result<Vec<T>, FlickrError>) -> Result<Self, FlickrError> {
        match asked {
            Ok(found) => Ok(Self { found, refusal: None, lost: None }),
            Err(error) if error.ends_the_run() => Err(error),
            Err(error) => {
                let refusal = Some(error.to_string());
                // What was tried patiently may go well another day; a refusal stays one.
                let lost = Some(error).filter(|error| error.again() == Again::Patiently);
                Ok(Self { found: Vec::new(), refusal, lost })
            }
        }
    }

    /// This offer, if its answer has come.
    fn heard(self) -> Result<Self, FlickrError> {
        match self.lost {
            Some(error) => Err(error),
            None => Ok(self),
        }
    }

    fn why(&self, otherwise: &str) -> String {
        self.refusal.clone().unwrap_or_else(|| otherwise.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(label: &str) -> Source {
        Source::new("https://live.staticflickr.com/video/7/a/x.mp4", label)
    }

    #[test]
    fn a_refused_method_offers_nothing_and_a_lost_sign_in_is_an_error() {
        let refused =
            FlickrError::Refused { method: video::METHOD, code: 1, message: "not found".to_owned() };
        let signed_out = FlickrError::NotSignedIn { method: video::METHOD, reason: "no".to_owned() };

        assert!(Offer::<Source>::of(Err(refused)).is_ok_and(|offer| offer.refusal.is_some()));
        assert!(Offer::<Source>::of(Err(signed_out)).is_err());
    }

    #[test]
    fn the_best_stream_is_chosen_as_not_original_and_nothing_has_a_reason() {
        let none = Offer { found: Vec::new(), refusal: None, lost: None };
        let streams = Offer { found: vec![stream("360p"), stream("720p")], refusal: None, lost: None };
        let refused = Offer { found: Vec::new(), refusal: Some("Flickr refused it".to_owned()), lost: None };

        assert!(matches!(best_of(&streams, &none), Chosen::NotOriginal(source) if source.label == "720p"));
        assert!(
            matches!(best_of(&refused, &none), Chosen::Nothing { reason } if reason == "Flickr refused it")
        );
    }
}
